package io.github.trawl.evaluation.template;

import java.util.Map;

/**
 * One rendering of a template, with bounds: a template may come from anyone, and must neither run
 * for ever nor fill the memory.
 */
final class Run {
  /** Prompts take some hundred steps, and thousands where they list tools. */
  private static final long MOST_STEPS = 1_000_000;

  /** All texts that are made, those in between included. */
  private static final long MOST_CHARACTERS = 32 << 20;

  /** Looked at, not made: comparing or indexing long texts takes time, too. */
  private static final long MOST_READ = 1_000_000_000;

  private static final int DEEPEST = 100;

  private final Dialect dialect;
  private final Map<String, ?> fields;
  private long steps;
  private long characters;
  private long read;
  private int depth;

  Run(Dialect dialect, Map<String, ?> fields) {
    this.dialect = dialect;
    this.fields = fields;
  }

  Dialect dialect() {
    return dialect;
  }

  boolean isChat() {
    return dialect == Dialect.CHAT;
  }

  /** What the template is rendered with. */
  Map<String, ?> fields() {
    return fields;
  }

  Undefined undefined(String what) {
    return new Undefined(what, dialect == Dialect.TASK);
  }

  /** Counts a step. */
  void step() {
    steps(1);
  }

  /** Counts {@code count} steps, such as the elements of a list before it is made. */
  void steps(long count) {
    steps += count;
    if (count > MOST_STEPS || steps > MOST_STEPS) {
      throw new TemplateException(
          "takes more than " + MOST_STEPS + " steps; simplify the template");
    }
  }

  /** Counts the characters of a text, before it is made where it may be long. */
  void characters(long count) {
    characters += count;
    if (count > MOST_CHARACTERS || characters > MOST_CHARACTERS) {
      throw new TemplateException(
          "makes more than " + MOST_CHARACTERS + " characters; simplify the template");
    }
  }

  /** Counts the characters of a text that is gone through. */
  void read(String text) {
    read += text.length();
    if (read > MOST_READ) {
      throw new TemplateException(
          "reads more than " + MOST_READ + " characters; simplify the template");
    }
  }

  /** Goes one level deeper into values or macros; {@link #leave} goes back. */
  void enter() {
    if (++depth > DEEPEST) {
      throw new TemplateException("goes deeper than " + DEEPEST + " levels of values or macros");
    }
  }

  void leave() {
    depth--;
  }
}

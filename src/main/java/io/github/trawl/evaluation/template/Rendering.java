package io.github.trawl.evaluation.template;

import java.util.Map;

/**
 * The state of one rendering of a template, which counts its steps and characters against limits:
 * an untrusted template must neither run forever nor exhaust the memory. A step is an operation,
 * such as a call or the use of a variable, or an element of a list or map that is made or read.
 */
final class Rendering {
  /** The most steps. Prompts take some hundred steps, those with tools some thousand. */
  private static final long MOST_STEPS = 1_000_000;

  /** The most characters of all texts that are created, intermediate results included. */
  private static final long MOST_CHARACTERS = 32 << 20;

  /** The most characters that are read, for instance to compare or to index long texts. */
  private static final long MAX_READ_CHARACTERS = 1_000_000_000;

  /** The most levels of nested values and macros. */
  private static final int DEEPEST = 100;

  private final Dialect dialect;
  private final Map<String, ?> fields;
  private long steps;
  private long characters;
  private long read;
  private int depth;

  Rendering(Dialect dialect, Map<String, ?> fields) {
    this.dialect = dialect;
    this.fields = fields;
  }

  Dialect dialect() {
    return dialect;
  }

  boolean isChat() {
    return dialect == Dialect.CHAT;
  }

  /** Returns the values that the template is rendered with, by name. */
  Map<String, ?> fields() {
    return fields;
  }

  /**
   * Returns an undefined value, which is strict for tasks and lenient for chats.
   *
   * @param what what is missing
   */
  Undefined undefined(String what) {
    return new Undefined(what, dialect == Dialect.TASK);
  }

  /** Counts a step. */
  void countStep() {
    countSteps(1);
  }

  /** Counts {@code count} steps, such as the elements of a list before it is made. */
  void countSteps(long count) {
    steps += count;
    if (count > MOST_STEPS || steps > MOST_STEPS) {
      throw new TemplateException(
          "takes more than " + MOST_STEPS + " steps; simplify the template");
    }
  }

  /** Counts the characters of a new text; a text that may be long is counted before it is made. */
  void countCharacters(long count) {
    characters += count;
    if (count > MOST_CHARACTERS || characters > MOST_CHARACTERS) {
      throw new TemplateException(
          "makes more than " + MOST_CHARACTERS + " characters; simplify the template");
    }
  }

  /** Counts the characters of a text that is read from its beginning to its end. */
  void countRead(String text) {
    read += text.length();
    if (read > MAX_READ_CHARACTERS) {
      throw new TemplateException(
          "reads more than " + MAX_READ_CHARACTERS + " characters; simplify the template");
    }
  }

  /** Enters a nested value or macro; {@link #leave} leaves it. */
  void enter() {
    if (++depth > DEEPEST) {
      throw new TemplateException("goes deeper than " + DEEPEST + " levels of values or macros");
    }
  }

  void leave() {
    depth--;
  }
}

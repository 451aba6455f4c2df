package io.github.trawl.evaluation.template;

/** Parts and places of a template, for messages. */
final class Excerpt {
  private static final int LONGEST = 80;

  private Excerpt() {}

  /** A text on one line, its end cut off if it is long. */
  static String of(String text) {
    String line = PythonText.strip(text).replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** Line and column of an offset, from 1. */
  static String place(String source, int offset) {
    String before = source.substring(0, offset);
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    return "line " + line + ", column " + (offset - before.lastIndexOf('\n'));
  }
}

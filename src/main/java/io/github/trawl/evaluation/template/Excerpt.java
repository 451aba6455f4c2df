package io.github.trawl.evaluation.template;

/** Excerpts of a template and positions in it, for messages. */
final class Excerpt {
  private static final int LONGEST = 80;

  private Excerpt() {}

  /** Returns a text on one line, cut off after 80 characters. */
  static String of(String text) {
    String line = PythonText.strip(text).replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** Returns the line and column of an offset, both counted from 1. */
  static String place(String source, int offset) {
    String before = source.substring(0, offset);
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    return "line " + line + ", column " + (offset - before.lastIndexOf('\n'));
  }
}

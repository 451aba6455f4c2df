package io.github.trawl.sweep.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes well-formed HTML: escapes texts and values of attributes, and requires that every element
 * is closed.
 */
final class Html {
  private final StringBuilder out = new StringBuilder(1 << 16);
  private final Deque<String> open = new ArrayDeque<>();

  Html() {
    out.append("<!DOCTYPE html>\n");
  }

  /** Opens an element; attributes are pairs of name and value. */
  Html start(String tag, String... attributes) {
    tag(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element that was opened last. */
  Html end() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Writes an element that can't have content, such as {@code meta}. */
  Html empty(String tag, String... attributes) {
    tag(tag, attributes);
    out.append("/>");
    return this;
  }

  Html text(String text) {
    escape(text, out);
    return this;
  }

  Html element(String tag, String text, String... attributes) {
    return start(tag, attributes).text(text).end();
  }

  /**
   * Writes an element whose content is not escaped: a script, a style, or JSON in which nothing can
   * end the element.
   */
  Html verbatim(String tag, String content, String... attributes) {
    start(tag, attributes);
    out.append(content);
    return end();
  }

  Html newLine() {
    out.append('\n');
    return this;
  }

  /**
   * Returns what was written.
   *
   * @throws IllegalStateException if an element is still open
   */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.toString();
  }

  private void tag(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1], out);
      out.append('"');
    }
  }

  private static void escape(String text, StringBuilder out) {
    String clean = CleanText.of(text);
    for (int i = 0; i < clean.length(); i++) {
      char character = clean.charAt(i);
      switch (character) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(character);
      }
    }
  }
}

package io.github.trawl.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table of text with aligned columns: numbers to the right, all else to the left. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean[] right;

  /** A table with these headings; {@code >} before one aligns its column to the right. */
  public TextTable(String... headings) {
    right = new boolean[headings.length];
    List<String> row = new ArrayList<>();
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(">");
      row.add(right[i] ? headings[i].substring(1) : headings[i]);
    }
    rows.add(row);
  }

  /** Adds a row of as many cells as there are headings. */
  public TextTable row(Object... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException(
          cells.length + " cells do not make a row of " + right.length);
    }
    rows.add(Arrays.stream(cells).map(Object::toString).toList());
    return this;
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** The table, each line indented by two blanks and ended by a line feed. */
  public String render() {
    int[] widths = new int[right.length];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String blanks = " ".repeat(widths[i] - row.get(i).length());
        line.append(GAP).append(right[i] ? blanks + row.get(i) : row.get(i) + blanks);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Returns {@code bytes} in MiB, rounded up. */
  static long wholeMebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  /** Returns {@code bytes} in MiB, with about three significant digits. */
  static String mebibytes(long bytes) {
    double size = bytes / 1048576.0;
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.01 ? "%.2f" : "%.4f";
    return String.format(Locale.ROOT, format, size);
  }
}

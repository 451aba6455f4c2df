package io.github.trawl.plan;

import java.util.Locale;

/** Builds the text of an estimate: lines with a name, padded to twelve characters, and a value. */
public final class EstimateText {
  private final StringBuilder text = new StringBuilder();

  /**
   * Adds a line.
   *
   * @param name of at most eleven characters
   * @param format of {@link String#format(String, Object...)}
   */
  public void line(String name, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-12s", name))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  /** Adds a remark as a line. */
  public void note(String remark) {
    text.append("note: ").append(remark).append('\n');
  }

  /** Returns bytes in decimal megabytes or gigabytes. */
  public static String bytes(double bytes) {
    return bytes < 1e9
        ? String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
  }

  /** Returns a time in seconds, minutes or hours. */
  public static String time(double seconds) {
    return seconds < 120
        ? String.format(Locale.ROOT, "%.0f seconds", Math.ceil(seconds))
        : seconds < 7200
            ? String.format(Locale.ROOT, "%.0f minutes", seconds / 60)
            : String.format(Locale.ROOT, "%,.1f hours", seconds / 3600);
  }

  /** Returns the fewest whole mebibytes that hold so many bytes. */
  public static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  /** Returns the lines. */
  @Override
  public String toString() {
    return text.toString();
  }
}

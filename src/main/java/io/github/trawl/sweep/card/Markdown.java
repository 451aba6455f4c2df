package io.github.trawl.sweep.card;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes arbitrary texts into Markdown so that they are shown as they are. */
final class Markdown {
  private static final Pattern BACKTICKS = Pattern.compile("`+");
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");
  private static final Pattern SAFE_WORD = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

  private Markdown() {}

  /**
   * Returns a text as inline code, for a line or a table: nothing in it is taken for Markdown or
   * HTML. Characters that can't be shown there are replaced.
   */
  static String code(String text) {
    // A bar would end a cell of a table even within code; a broken bar does not.
    String line = line(text).replace("|", "\u00a6");
    int longest = 0;
    Matcher runs = BACKTICKS.matcher(line);
    while (runs.find()) {
      longest = Math.max(longest, runs.group().length());
    }
    String fence = "`".repeat(longest + 1);
    return longest == 0 ? fence + line + fence : fence + " " + line + " " + fence;
  }

  /** Returns a text as one word of a shell command, on one line. */
  static String shellWord(String text) {
    String line = line(text);
    return SAFE_WORD.matcher(line).matches() ? line : "'" + line.replace("'", "'\\''") + "'";
  }

  private static String line(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }
}

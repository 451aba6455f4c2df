package io.github.trawl.sweep.card;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts in Markdown that may hold anything. */
final class Markdown {
  private static final Pattern BACKTICKS = Pattern.compile("`+");
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");
  private static final Pattern SAFE_WORD = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

  private Markdown() {}

  /** A text as code, within a line and in tables: nothing in it is taken for Markdown or HTML. */
  static String code(String text) {
    // A table ends a cell at each bar, even in code.
    String line = line(text).replace("|", "\u00a6");
    int longest = 0;
    Matcher runs = BACKTICKS.matcher(line);
    while (runs.find()) {
      longest = Math.max(longest, runs.group().length());
    }
    String fence = "`".repeat(longest + 1);
    return longest == 0 ? fence + line + fence : fence + " " + line + " " + fence;
  }

  /** A text as a word of a shell command, within one line. */
  static String word(String text) {
    String line = line(text);
    return SAFE_WORD.matcher(line).matches() ? line : "'" + line.replace("'", "'\\''") + "'";
  }

  private static String line(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }
}

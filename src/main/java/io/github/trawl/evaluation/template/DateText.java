package io.github.trawl.evaluation.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Formats times as Python's {@code strftime} does in the C locale, with English names. */
final class DateText {
  /** The letters that may follow a percent sign, with the patterns of Java that they mean. */
  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('d', "dd"),
          Map.entry('m', "MM"),
          Map.entry('y', "uu"),
          Map.entry('Y', "uuuu"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('j', "DDD"),
          Map.entry('M', "mm"),
          Map.entry('p', "a"),
          Map.entry('S', "ss"));

  private DateText() {}

  static String of(String format, LocalDateTime time) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        text.append(c);
        continue;
      }
      char code = ++i < format.length() ? format.charAt(i) : ' ';
      if (code == '%') {
        text.append('%');
      } else if (PATTERNS.containsKey(code)) {
        text.append(DateTimeFormatter.ofPattern(PATTERNS.get(code), Locale.US).format(time));
      } else {
        throw new TemplateException("strftime_now() does not support %" + code);
      }
    }
    return text.toString();
  }
}

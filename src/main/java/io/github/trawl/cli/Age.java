package io.github.trawl.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time as the user writes it, such as {@code 36h} or {@code 2d}. */
record Age(Duration duration) {
  static final class Converter implements ITypeConverter<Age> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})([hd])");

    @Override
    public Age convert(String value) {
      Matcher text = TEXT.matcher(value);
      if (!text.matches()) {
        throw new TypeConversionException(
            "'" + value + "' is no age; give hours or days, such as 36h or 2d");
      }
      long number = Long.parseLong(text.group(1));
      return new Age(
          text.group(2).equals("h") ? Duration.ofHours(number) : Duration.ofDays(number));
    }
  }
}

package io.github.trawl.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An amount of memory that a user writes as {@code 512m} or {@code 4g}; a unit is a power of 1024.
 *
 * @param bytes positive
 */
record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})([kmgt]?)b?");

  static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is no size such as 512m or 4g");
    }
    int shift = 10 * (1 + "kmgt".indexOf(matcher.group(2)));
    long count = Long.parseLong(matcher.group(1));
    long bytes = matcher.group(2).isEmpty() ? count : count << shift;
    if (count == 0) {
      throw new TypeConversionException("'" + text + "' is not a positive size");
    }
    if (!matcher.group(2).isEmpty() && bytes >> shift != count) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
    return new ByteSize(bytes);
  }

  /** Parses the value of a flag for picocli. */
  static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      return parse(text);
    }
  }
}

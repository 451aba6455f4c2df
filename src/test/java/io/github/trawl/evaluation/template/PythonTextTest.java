package io.github.trawl.evaluation.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected values are what Python 3.11 gives. */
class PythonTextTest {
  @Test
  void whiteSpaceIsWhatPythonCallsSo() {
    assertThat(IntStream.range(0, 0x110000).filter(PythonText::isSpace).toArray())
        .containsExactly(
            0x9, 0xA, 0xB, 0xC, 0xD, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x85, 0xA0, 0x1680, 0x2000,
            0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028,
            0x2029, 0x202F, 0x205F, 0x3000);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void textsAreCutAsInPython(
      String text, String stripped, String right, List<String> pieces, int words) {
    assertThat(PythonText.strip(text)).isEqualTo(stripped);
    assertThat(PythonText.rstrip(text)).isEqualTo(right);
    assertThat(PythonText.split(text)).isEqualTo(pieces);
    assertThat(PythonText.wordCount(text)).isEqualTo(words);
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of(
            "\u0085 a\u00a0b\u001cc \u200b",
            "a\u00a0b\u001cc \u200b",
            "\u0085 a\u00a0b\u001cc \u200b",
            List.of("a", "b", "c", "\u200b"),
            5),
        Arguments.of("\u001c\u001d", "", "", List.of(), 2),
        Arguments.of("", "", "", List.of(), 1),
        Arguments.of("a", "a", "a", List.of("a"), 1),
        Arguments.of("\u3000x\u2028y\u0009", "x\u2028y", "\u3000x\u2028y", List.of("x", "y"), 4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "1.0 => 1.0",
        "0.1 => 0.1",
        "1e+16 => 1e+16",
        "123456789012345.0 => 123456789012345.0",
        "1e-05 => 1e-05",
        "0.0001 => 0.0001",
        "-2.5 => -2.5",
        "1.5e+300 => 1.5e+300",
        "-0.0 => -0.0",
        "2.98023223876953125e-08 => 2.9802322387695312e-08",
        "618970019642690137449562112 => 6.189700196426902e+26",
        "4.9e-324 => 5e-324",
        "2e-44 => 2e-44",
        "9007199254740993 => 9007199254740992.0",
        "0.30000000000000004 => 0.30000000000000004",
        "1.7976931348623157e308 => 1.7976931348623157e+308",
        "1e23 => 1e+23"
      })
  void numbersAreWrittenAsInPython(double number, String expected) {
    assertThat(PythonText.number(number)).isEqualTo(expected);
  }

  @Test
  void numbersHaveTheSameDigitsInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa"));
      assertThat(PythonText.number(1e-5)).isEqualTo("1e-05");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void textsAreQuotedAsInPython() {
    assertThat(PythonText.quoted("a\u0000\u007f\u00a0\u200b\u2028\udb40\udc01\u00ad\u00e9\n\\"))
        .isEqualTo("'a\\x00\\x7f\\xa0\\u200b\\u2028\\U000e0001\\xad\u00e9\\n\\\\'");
    assertThat(PythonText.quoted("it's")).isEqualTo("\"it's\"");
    assertThat(PythonText.quoted("it's \"so\"")).isEqualTo("'it\\'s \"so\"'");
  }
}

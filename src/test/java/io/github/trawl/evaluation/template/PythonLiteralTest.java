package io.github.trawl.evaluation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists as Python's {@code ast.literal_eval} reads them. */
class PythonLiteralTest {
  @Test
  void wholeNumbersKeepTheirDigits() {
    assertThat(
            PythonLiteral.list(
                "[1234567890123456789, -9223372036854775808, +9223372036854775807, 00, -0, 'a']"))
        .isEqualTo(List.of(1234567890123456789L, Long.MIN_VALUE, Long.MAX_VALUE, 0L, 0L, "a"));
  }

  @Test
  void otherNumbersMayBeginWithAZero() {
    assertThat(PythonLiteral.list("[01.5, 01e2, .5, 1., 1e400]"))
        .isEqualTo(List.of(1.5, 100.0, 0.5, 1.0, Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "[01] => the list [01] holds the number 01 with a zero in front; put it in quotes",
        "[-007] => the list [-007] holds the number -007 with a zero in front; put it in quotes",
        "[9223372036854775808] => holds the number 9223372036854775808 of more than 64 bits; put it",
        "[--1] => holds neither a text in quotes nor a number at 2",
        "[e1] => holds neither a text in quotes nor a number at 2"
      })
  void otherNumbersAreRefused(String list, String message) {
    assertThatThrownBy(() -> PythonLiteral.list(list))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(message);
  }
}

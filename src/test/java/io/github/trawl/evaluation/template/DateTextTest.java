package io.github.trawl.evaluation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected texts are what Python's strftime writes. */
class DateTextTest {
  private static final String ALL = "%a %A %b %B %d %m %y %Y %H %I %M %S %p %j %%";

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "2024-02-29T00:05:09 => Thu Thursday Feb February 29 02 24 2024 00 12 05 09 AM 060 %",
        "2025-01-08T05:01:59 => Wed Wednesday Jan January 08 01 25 2025 05 05 01 59 AM 008 %",
        "2025-02-15T10:02:59 => Sat Saturday Feb February 15 02 25 2025 10 10 02 59 AM 046 %",
        "2025-03-22T15:03:59 => Sat Saturday Mar March 22 03 25 2025 15 03 03 59 PM 081 %",
        "2025-04-01T20:04:59 => Tue Tuesday Apr April 01 04 25 2025 20 08 04 59 PM 091 %",
        "2025-05-08T01:05:59 => Thu Thursday May May 08 05 25 2025 01 01 05 59 AM 128 %",
        "2025-06-15T06:06:59 => Sun Sunday Jun June 15 06 25 2025 06 06 06 59 AM 166 %",
        "2025-07-22T11:07:59 => Tue Tuesday Jul July 22 07 25 2025 11 11 07 59 AM 203 %",
        "2025-08-01T16:08:59 => Fri Friday Aug August 01 08 25 2025 16 04 08 59 PM 213 %",
        "2025-09-08T21:09:59 => Mon Monday Sep September 08 09 25 2025 21 09 09 59 PM 251 %",
        "2025-10-15T02:10:59 => Wed Wednesday Oct October 15 10 25 2025 02 02 10 59 AM 288 %",
        "2025-11-22T07:11:59 => Sat Saturday Nov November 22 11 25 2025 07 07 11 59 AM 326 %",
        "2025-12-01T12:12:59 => Mon Monday Dec December 01 12 25 2025 12 12 12 59 PM 335 %"
      })
  void aDateIsWrittenAsInPython(LocalDateTime time, String expected) {
    assertThat(DateText.of(ALL, time)).isEqualTo(expected);
  }

  @Test
  void aCodeThatIsNotKnownIsRefused() {
    LocalDateTime time = LocalDateTime.of(2024, 2, 29, 0, 0);
    for (String format : new String[] {"%c", "%-d", "%"}) {
      assertThatThrownBy(() -> DateText.of(format, time)).isInstanceOf(TemplateException.class);
    }
  }
}

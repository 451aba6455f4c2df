package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopRuleTest {
  @ParameterizedTest
  @CsvSource({"0, 0 seconds", "18, 18 seconds", "599, 599 seconds", "5400, 90 minutes"})
  void saysWhichTimeHasPassed(long seconds, String text) {
    AtomicLong nanos = new AtomicLong(7);
    Duration limit = Duration.ofSeconds(seconds);
    StopRule rule = new StopRule(OptionalInt.empty(), Optional.of(limit), nanos::get);
    nanos.addAndGet(limit.toNanos() - 1);
    assertThat(rule.reason()).isEmpty();
    nanos.addAndGet(1);
    assertThat(rule.reason()).contains("its time limit of " + text + " has passed");
  }

  @Test
  void countsFailures() {
    StopRule rule = new StopRule(OptionalInt.of(2), Optional.empty(), () -> 0);
    rule.addFailure();
    assertThat(rule.reason()).isEmpty();
    rule.addFailure();
    assertThat(rule.reason()).contains("2 failures");
  }
}

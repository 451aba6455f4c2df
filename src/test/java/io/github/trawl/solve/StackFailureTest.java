package io.github.trawl.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.OffHeapMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackFailureTest {
  /** What says nothing of the values, as it comes from Spark. */
  @ParameterizedTest
  @ValueSource(strings = {"integer overflow", "dsyevr returned 3 for a 48 x 48 matrix"})
  void anErrorOfArithmeticIsToldAsWhatItIs(String reason) {
    RuntimeException failure = new IllegalStateException("job", new ArithmeticException(reason));
    TrawlException found = StackFailure.find("layer-0-fc", failure).orElseThrow();
    assertThat(found.category()).isEqualTo(ErrorCategory.BAD_INPUT);
    assertThat(found)
        .hasMessageContainingAll("layer-0-fc", reason, "--layers")
        .message()
        .doesNotContain("finite")
        .hasLineCount(1);
  }

  @Test
  void memoryThatIsScarceMayComeBackButALimitStays() {
    try (OffHeapMemory small = OffHeapMemory.limitedTo(64);
        OffHeapMemory large = OffHeapMemory.limitedTo(Long.MAX_VALUE)) {
      Throwable limit = catchThrowable(() -> small.floats(10, 10));
      assertThat(StackFailure.find("layer-0-fc", limit)).containsSame((TrawlException) limit);
      // 2^59 bytes: more than any processor can address.
      Throwable refused = catchThrowable(() -> large.doubles(1 << 28, 1 << 28));
      assertThat(refused).isInstanceOf(TrawlException.class);
      assertThat(StackFailure.find("layer-0-fc", refused)).isEmpty();
    }
  }
}

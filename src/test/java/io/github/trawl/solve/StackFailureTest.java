package io.github.trawl.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
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
}

package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.tensor.TensorShape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecompositionOptionsTest {
  private static final Pattern ADVICE = Pattern.compile("raise it to (\\S+) or more");

  /** (1 / 49) · 49 is less than 1 in float64, and so with the others but 64. */
  @ParameterizedTest
  @ValueSource(ints = {49, 98, 103, 107, 161, 64})
  void theRatioThatARefusalAdvisesIsTheSmallestThatIsAccepted(int side) {
    TensorShape shape = new TensorShape(1, side, 2 * side);
    Matcher[] advice = new Matcher[1];
    assertThatThrownBy(() -> of(0.001).members(shape))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> advice[0] = ADVICE.matcher(e.getMessage()));
    assertThat(advice[0].find()).isTrue();
    double advised = Double.parseDouble(advice[0].group(1));
    assertThat(of(advised).members(shape).get(0).rank()).isEqualTo(1);
    assertThatThrownBy(() -> of(Math.nextDown(advised)).members(shape))
        .isInstanceOf(TrawlException.class);
  }

  private static DecompositionOptions of(double ratio) {
    return DecompositionOptions.ofRatio(DecompositionMethods.SVD, ratio);
  }
}

package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpAlsGoldenTest {
  private static final int SEEDS = 5;

  static List<JsonNode> small() {
    return GoldenTensors.load("small-fits.json");
  }

  @ParameterizedTest
  @MethodSource("small")
  @DisplayName("from the same starts, the error falls as TensorLy's does")
  void agreesWithTensorLy(JsonNode entry) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1L << 28);
        TensorBlock block = GoldenTensors.formula(entry, memory)) {
      for (JsonNode expected : entry.get("cp")) {
        compare(entry.get("shape").toString(), block, expected, memory);
      }
    }
  }

  /**
   * The first iterations of five seeds must agree closely, which pins the algorithm; the last ones
   * within 0.001, since rounding sends slow ones apart.
   */
  static void compare(String name, TensorBlock block, JsonNode expected, OffHeapMemory memory) {
    List<Decomposition> results = decompose(block, expected, memory);
    for (int seed = 0; seed < SEEDS; seed++) {
      String description = name + " rank " + expected.get("rank") + " seed " + seed;
      double[] errors = results.get(seed).errors();
      JsonNode first = expected.get("first").get(seed);
      JsonNode last = expected.get("last").get(seed);
      assertThat(results.get(seed).relativeError()).as(description).isBetween(0.0, 1.0);
      if (block.depth() == 1 && members(expected).get(seed).rank() > block.columns()) {
        // TensorLy breaks down on these singular normal equations; the right answer is an exact
        // fit.
        assertThat(results.get(seed).relativeError()).as(description).isLessThan(1e-3);
        continue;
      }
      for (int iteration = 0; iteration < first.size(); iteration++) {
        assertThat(errors[iteration])
            .as("%s iteration %d", description, iteration)
            .isCloseTo(first.get(iteration).asDouble(), within(1e-4));
      }
      assertThat(results.get(seed).relativeError())
          .as("%s at the end", description)
          .isCloseTo(last.asDouble(), within(1e-3));
    }
  }

  /** From starts of their own, five of theirs and five of ours fit equally well on the average. */
  static void compareWithOwnStarts(
      String name, TensorBlock block, JsonNode expected, OffHeapMemory memory) {
    double ours =
        decompose(block, expected, memory).stream()
            .mapToDouble(Decomposition::relativeError)
            .average()
            .orElseThrow();
    double theirs = 0;
    for (JsonNode error : expected.get("own")) {
      theirs += error.asDouble() / SEEDS;
    }
    assertThat(ours)
        .as("%s rank %s: mean error of five seeds", name, expected.get("rank"))
        .isCloseTo(theirs, within(1e-3));
  }

  private static List<Decomposition> decompose(
      TensorBlock block, JsonNode expected, OffHeapMemory memory) {
    Blas blas = BlasProvider.blas();
    CpOptions options = new CpOptions(expected.get("iterations").asInt(), 1e-8);
    try (PanelPool pool = new PanelPool(2);
        ResidentPasses passes = new ResidentPasses(block, blas, memory, pool)) {
      return new CpAls(options, blas, memory, CpAls.Listener.NONE)
          .decompose(passes, members(expected));
    }
  }

  private static List<CpMember> members(JsonNode expected) {
    List<CpMember> members = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      members.add(new CpMember(expected.get("rank").asInt(), seed));
    }
    return members;
  }
}

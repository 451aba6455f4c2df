package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TuckerTensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TuckerHooiTest {
  private final OffHeapMemory memory = OffHeapMemory.limitedTo(1L << 30);

  @AfterEach
  void nothingLeaks() {
    memory.close();
  }

  /** The iterations and the tolerance of the paper. */
  private static TuckerOptions paperOptions(TuckerRanks ranks) {
    return new TuckerOptions(ranks, 100, 1e-4);
  }

  private Decomposition decompose(TensorBlock block, TuckerOptions options) {
    return decompose(TensorErrors.slices(block), options, 1);
  }

  private Decomposition decompose(List<FloatMatrix> slices, TuckerOptions options, int threads) {
    try (PanelPool pool = new PanelPool(threads)) {
      return new TuckerHooi(options, BlasProvider.blas(), memory, pool).decompose(slices);
    }
  }

  static List<JsonNode> golden() {
    return GoldenTensors.load("small-fits.json");
  }

  @ParameterizedTest
  @MethodSource("golden")
  @DisplayName("the error falls as TensorLy's does, iteration by iteration")
  void agreesWithTensorLy(JsonNode entry) {
    try (TensorBlock block = GoldenTensors.formula(entry, memory)) {
      assertThat(Math.sqrt(block.squaredNorm()))
          .isCloseTo(entry.get("norm").asDouble(), within(1e-4));
      for (JsonNode expected : entry.get("tucker")) {
        JsonNode ranks = expected.get("ranks");
        TuckerRanks asked =
            new TuckerRanks(ranks.get(0).asInt(), ranks.get(1).asInt(), ranks.get(2).asInt());
        Decomposition result = decompose(block, paperOptions(asked));
        JsonNode errors = expected.get("errors");
        assertThat(result.relativeError())
            .as("%s ranks %s", entry.get("shape"), ranks)
            .isCloseTo(errors.get(errors.size() - 1).asDouble(), within(1e-3));
        if (asked.equals(asked.clippedTo(block.depth(), block.rows(), block.columns()))) {
          assertThat(result.iterations())
              .as("iterations for %s: TensorLy ends at the first small change", ranks)
              .isBetween(errors.size(), errors.size() + 1);
          for (int i = 0; i < errors.size(); i++) {
            assertThat(result.errors()[i]).isCloseTo(errors.get(i).asDouble(), within(1e-5));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3,20,31,2,3,4", "3,20,31,3,3,4", "1,24,19,1,5,5", "6,9,70,4,9,12", "6,70,9,6,20,9",
    "2,1,8,2,1,2", "4,8,1,2,2,1", "1,1,1,1,1,1", "2,600,40,2,7,9", "3,40,1100,2,8,8"
  })
  @DisplayName("the reported error is the distance of the reconstruction, and never grows")
  void errorIsTheDistance(int depth, int rows, int columns, int r0, int r1, int r2) {
    try (TensorBlock block = GoldenTensors.formula(depth, rows, columns, 5, 0.1, memory)) {
      Decomposition result =
          decompose(block, new TuckerOptions(new TuckerRanks(r0, r1, r2), 10, 0));
      assertThat(result.iterations()).isEqualTo(10);
      assertThat(result.reason()).isEqualTo(TerminationReason.MAX_ITERATIONS);
      assertThat(TensorErrors.relativeError(TensorErrors.slices(block), result.tensor()))
          .isCloseTo(result.relativeError(), within(5e-4));
      for (int i = 1; i < result.errors().length; i++) {
        // Only rounding may raise the error.
        assertThat(result.errors()[i]).isLessThanOrEqualTo(result.errors()[i - 1] + 5e-4);
      }
      TuckerTensor tensor = (TuckerTensor) result.tensor();
      assertThat(TensorErrors.orthonormalityError(tensor.c(), tensor.coreDepth())).isLessThan(1e-5);
      assertThat(TensorErrors.orthonormalityError(tensor.a(), tensor.coreRows())).isLessThan(1e-5);
      assertThat(TensorErrors.orthonormalityError(tensor.b(), tensor.coreColumns()))
          .isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"4,13,17,3", "1,24,19,4", "3,200,31,6", "5,6,7,2"})
  @DisplayName("an exact low-rank tensor is recovered, also at ranks above its own")
  void recoversExactTensor(int depth, int rows, int columns, int rank) {
    try (TensorBlock block = GoldenTensors.formula(depth, rows, columns, rank, 0, memory)) {
      for (int extra : new int[] {0, 2}) {
        TuckerRanks ranks = new TuckerRanks(rank + extra, rank + extra, rank + extra);
        Decomposition result = decompose(block, paperOptions(ranks));
        assertThat(result.relativeError()).isLessThan(1e-3);
        assertThat(TensorErrors.relativeError(TensorErrors.slices(block), result.tensor()))
            .isLessThan(1e-5);
        assertThat(result.reason()).isEqualTo(TerminationReason.TOLERANCE_REACHED);
      }
    }
  }

  @Test
  @DisplayName("a zero tensor gives a zero approximation")
  void zeroTensor() {
    try (TensorBlock block = TensorBlock.allocate(memory, 0, 2, 5, 6)) {
      Decomposition result = decompose(block, paperOptions(new TuckerRanks(2, 3, 3)));
      assertThat(result.reason()).isEqualTo(TerminationReason.ZERO_TENSOR);
      assertThat(result.relativeError()).isZero();
      assertThat(result.iterations()).isZero();
      assertThat(((TuckerTensor) result.tensor()).core()).hasSize(18).containsOnly(0f);
    }
  }

  @Test
  @DisplayName("identical slices have depth rank 1, and further ranks stay harmless")
  void identicalSlices() {
    try (TensorBlock one = GoldenTensors.formula(1, 40, 30, 3, 0.1, memory)) {
      List<FloatMatrix> slices = List.of(one.slice(0), one.slice(0), one.slice(0));
      for (int depthRank = 1; depthRank <= 3; depthRank++) {
        Decomposition result =
            decompose(slices, paperOptions(new TuckerRanks(depthRank, 30, 30)), 1);
        assertThat(TensorErrors.relativeError(slices, result.tensor())).isLessThan(1e-5);
      }
    }
  }

  @Test
  @DisplayName("ranks above a dimension or a product are clipped, others refused")
  void ranks() {
    assertThat(new TuckerRanks(9, 5, 50).clippedTo(4, 13, 17)).isEqualTo(new TuckerRanks(4, 5, 17));
    assertThat(new TuckerRanks(1, 3, 9).clippedTo(4, 13, 17)).isEqualTo(new TuckerRanks(1, 3, 3));
    assertThat(new TuckerRanks(2, 10, 3).clippedTo(4, 13, 17)).isEqualTo(new TuckerRanks(2, 6, 3));
    assertThat(new TuckerRanks(4, 1, 2).clippedTo(4, 13, 17)).isEqualTo(new TuckerRanks(2, 1, 2));
    for (int[] bad : new int[][] {{0, 1, 1}, {1, -3, 1}, {1, 1, 0}}) {
      assertThatThrownBy(() -> new TuckerRanks(bad[0], bad[1], bad[2]))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
          .hasMessageContaining("" + bad[0] + ", " + bad[1] + ", " + bad[2]);
    }
  }

  @Test
  @DisplayName("the bits do not depend on the number of threads")
  void sameBitsOnAnyNumberOfThreads() {
    try (TensorBlock block = GoldenTensors.formula(3, 600, 700, 5, 0.3, memory)) {
      for (int depthRank : new int[] {2, 3}) {
        TuckerOptions options = new TuckerOptions(new TuckerRanks(depthRank, 7, 9), 4, 0);
        TuckerTensor alone =
            (TuckerTensor) decompose(TensorErrors.slices(block), options, 1).tensor();
        TuckerTensor shared =
            (TuckerTensor) decompose(TensorErrors.slices(block), options, 3).tensor();
        assertThat(shared.core()).isEqualTo(alone.core());
        assertThat(shared.a()).isEqualTo(alone.a());
        assertThat(shared.b()).isEqualTo(alone.b());
        assertThat(shared.c()).isEqualTo(alone.c());
      }
    }
  }

  @Test
  @DisplayName("impossible limits are refused")
  void options() {
    TuckerRanks ranks = new TuckerRanks(1, 1, 1);
    assertThatThrownBy(() -> new TuckerOptions(ranks, 0, 1e-4)).hasMessageContaining("0");
    assertThatThrownBy(() -> new TuckerOptions(ranks, 1, -1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new TuckerOptions(ranks, 1, Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  @DisplayName("slices of unequal shape are refused")
  void unequalSlices() {
    try (FloatMatrix first = memory.floats(2, 3);
        FloatMatrix second = memory.floats(3, 2)) {
      TuckerOptions options = paperOptions(new TuckerRanks(1, 1, 1));
      assertThatThrownBy(() -> decompose(List.of(first, second), options, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("slice 1 is 3 x 2 where slice 0 is 2 x 3");
      assertThatThrownBy(() -> decompose(List.of(), options, 1)).hasMessageContaining("0 slices");
    }
  }

  @Test
  @DisplayName("running out of memory is an error, and what was allocated is freed")
  void memoryRunsOut() {
    try (TensorBlock block = GoldenTensors.formula(2, 60, 50, 2, 0.1, memory);
        OffHeapMemory small = OffHeapMemory.limitedTo(40_000);
        PanelPool pool = new PanelPool(2)) {
      TuckerHooi solver =
          new TuckerHooi(
              paperOptions(new TuckerRanks(2, 30, 30)), BlasProvider.blas(), small, pool);
      assertThatThrownBy(() -> solver.decompose(TensorErrors.slices(block)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining(OffHeapMemory.LIMIT_KEY);
      assertThat(small.allocatedBytes()).isZero();
    }
  }
}

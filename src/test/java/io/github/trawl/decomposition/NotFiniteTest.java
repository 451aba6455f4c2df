package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotFiniteTest {
  private final OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 24);

  @AfterEach
  void nothingIsLeftAllocated() {
    assertThat(memory.allocatedBytes()).isZero();
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({
    "cp, 1e30",
    "cp, 3e38",
    "tucker, 3e38",
    "svd, 3e38",
    "cp, NaN",
    "tucker, NaN",
    "svd, NaN",
    "cp, Infinity",
    "tucker, Infinity",
    "svd, Infinity"
  })
  @DisplayName("finite weights whose products are not, and others, end the first iteration")
  void endsInThatIteration(String method, float weight) {
    AtomicInteger iterations = new AtomicInteger();
    assertThatThrownBy(() -> solve(method, weight, iterations))
        .isInstanceOf(NotFiniteException.class)
        .hasMessageContainingAll("not finite", "NaN or infinite", "too large");
    assertThat(iterations).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"cp, 1e15", "cp, 1e-15", "tucker, 1e30", "tucker, 1e-30", "svd, 1e30", "svd, 1e-30"})
  @DisplayName("large and small weights are solved as long as their products are finite")
  void solvesTheRest(String method, float weight) {
    double expected = solve(method, 1, new AtomicInteger()).get(0).relativeError();
    Decomposition actual = solve(method, weight, new AtomicInteger()).get(0);
    assertThat(actual.relativeError())
        .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-3));
  }

  private List<Decomposition> solve(String method, float weight, AtomicInteger iterations) {
    Random random = new Random(5);
    try (PanelPool pool = new PanelPool(1);
        TensorBlock block = TensorBlock.allocate(memory, 0, method.equals("svd") ? 1 : 2, 30, 80)) {
      for (int k = 0; k < block.depth(); k++) {
        for (int row = 0; row < block.rows(); row++) {
          for (int column = 0; column < block.columns(); column++) {
            block.slice(k).set(row, column, weight * (0.5f + random.nextFloat() / 2));
          }
        }
      }
      SolveContext context =
          new SolveContext(
              BlasProvider.blas(),
              memory,
              pool,
              (iteration, members, fit) -> iterations.set(iteration));
      DecompositionMethod chosen = DecompositionMethods.find(method).orElseThrow();
      return chosen.solve(block, DecompositionOptions.of(chosen, 4, 1, 20, 0), context);
    }
  }
}

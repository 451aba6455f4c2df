package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruncatedSvdTest {
  private final OffHeapMemory memory = OffHeapMemory.limitedTo(1L << 30);

  @AfterEach
  void nothingLeaks() {
    memory.close();
  }

  private Decomposition decompose(FloatMatrix matrix, int rank) {
    return decompose(matrix, rank, 1);
  }

  private Decomposition decompose(FloatMatrix matrix, int rank, int threads) {
    try (PanelPool pool = new PanelPool(threads)) {
      return new TruncatedSvd(BlasProvider.blas(), memory, pool).decompose(matrix, rank);
    }
  }

  /** A matrix with the singular values 2⁰, 2⁻¹ … and, as singular vectors, two cosine bases. */
  private FloatMatrix known(int rows, int columns, double ratio) {
    FloatMatrix matrix = memory.floats(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int r = 0; r < Math.min(rows, columns); r++) {
          sum += Math.pow(ratio, r) * cosine(rows, i, r) * cosine(columns, j, r);
        }
        matrix.set(i, j, (float) sum);
      }
    }
    return matrix;
  }

  /** Entry i of column r of the orthonormal cosine transform of order n. */
  private static double cosine(int n, int i, int r) {
    return Math.sqrt((r == 0 ? 1.0 : 2.0) / n) * Math.cos(Math.PI * (i + 0.5) * r / n);
  }

  @ParameterizedTest
  @CsvSource({
    "12,20,5",
    "20,12,5",
    "12,12,12",
    "1,9,1",
    "9,1,1",
    "1,1,1",
    "30,600,20",
    "600,30,30"
  })
  @DisplayName("known singular values and vectors are found, with the sign fixed")
  void findsKnownTriplets(int rows, int columns, int rank) {
    double ratio = 0.8;
    try (FloatMatrix matrix = known(rows, columns, ratio)) {
      Decomposition result = decompose(matrix, rank);
      KruskalTensor tensor = (KruskalTensor) result.tensor();
      assertThat(tensor.depth()).isOne();
      assertThat(tensor.c()).containsOnly(1f);
      assertThat(result.reason()).isEqualTo(TerminationReason.DIRECT);
      double tail = 0;
      double all = 0;
      for (int r = 0; r < Math.min(rows, columns); r++) {
        all += Math.pow(ratio, 2 * r);
        tail += r < rank ? 0 : Math.pow(ratio, 2 * r);
      }
      assertThat(result.relativeError()).isCloseTo(Math.sqrt(tail / all), within(1e-6));
      for (int r = 0; r < rank; r++) {
        assertThat(tensor.weights()[r]).isCloseTo((float) Math.pow(ratio, r), within(1e-6f));
        double sign = Math.signum(tensor.a()[r] * cosine(rows, 0, r));
        float largest = 0;
        for (int i = 0; i < rows; i++) {
          float value = tensor.a()[i * rank + r];
          largest = Math.abs(value) > Math.abs(largest) ? value : largest;
          assertThat((double) value).isCloseTo(sign * cosine(rows, i, r), within(1e-4));
        }
        assertThat(largest).isPositive();
        for (int j = 0; j < columns; j++) {
          assertThat((double) tensor.b()[j * rank + r])
              .isCloseTo(sign * cosine(columns, j, r), within(1e-4));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"40,60", "60,40", "50,50"})
  @DisplayName("small singular values keep orthonormal vectors, at full rank the matrix comes back")
  void gradedSpectrum(int rows, int columns) {
    // Falls by 5 orders of magnitude, below what one product of float64 Gram vectors keeps apart.
    try (FloatMatrix matrix = known(rows, columns, 0.75)) {
      int rank = Math.min(rows, columns);
      Decomposition result = decompose(matrix, rank);
      KruskalTensor tensor = (KruskalTensor) result.tensor();
      assertThat(TensorErrors.orthonormalityError(tensor.a(), rank)).isLessThan(1e-5);
      assertThat(TensorErrors.orthonormalityError(tensor.b(), rank)).isLessThan(1e-5);
      assertThat(TensorErrors.relativeError(List.of(matrix), tensor)).isLessThan(2e-6);
      for (int r = 1; r < rank; r++) {
        assertThat(tensor.weights()[r]).isLessThanOrEqualTo(tensor.weights()[r - 1]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"30,50,3", "50,30,3", "700,20,1", "20,20,7"})
  @DisplayName("beyond the rank of the matrix, weights and vectors are zero")
  void rankDeficient(int rows, int columns, int trueRank) {
    try (TensorBlock block = GoldenTensors.formula(1, rows, columns, trueRank, 0, memory)) {
      // Integers this small are exact in float32, so is the rank.
      FloatMatrix matrix = block.slice(0);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          int sum = 0;
          for (int r = 0; r < trueRank; r++) {
            double left = Math.rint(64 * GoldenTensors.uniform(2, (long) i * trueRank + r));
            double right = Math.rint(64 * GoldenTensors.uniform(3, (long) j * trueRank + r));
            sum += (int) (left * right);
          }
          matrix.set(i, j, sum);
        }
      }
      Decomposition result = decompose(matrix, trueRank + 5);
      KruskalTensor tensor = (KruskalTensor) result.tensor();
      assertThat(result.relativeError()).isLessThan(1e-7);
      assertThat(TensorErrors.relativeError(List.of(matrix), tensor)).isLessThan(2e-6);
      for (int r = 0; r < trueRank + 5; r++) {
        assertThat(tensor.weights()[r] == 0).isEqualTo(r >= trueRank);
        assertThat(tensor.a()[r] == 0 && tensor.b()[r] == 0).isEqualTo(r >= trueRank);
      }
    }
  }

  @Test
  @DisplayName("a zero matrix gives a zero approximation")
  void zeroMatrix() {
    try (FloatMatrix matrix = memory.floats(4, 7)) {
      Decomposition result = decompose(matrix, 3);
      assertThat(result.reason()).isEqualTo(TerminationReason.ZERO_TENSOR);
      assertThat(result.relativeError()).isZero();
      assertThat(((KruskalTensor) result.tensor()).a()).hasSize(12).containsOnly(0f);
    }
  }

  @Test
  @DisplayName("equal singular values come in descending order")
  void identityMatrix() {
    try (FloatMatrix matrix = memory.floats(9, 9)) {
      for (int i = 0; i < 9; i++) {
        matrix.set(i, i, 3);
      }
      Decomposition result = decompose(matrix, 4);
      assertThat(((KruskalTensor) result.tensor()).weights()).containsOnly(3f);
      assertThat(result.relativeError()).isCloseTo(Math.sqrt(5.0 / 9), within(1e-7));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "-2", "5"})
  @DisplayName("a rank outside 1..min(I, J) is refused, with the range")
  void rankOutOfRange(int rank) {
    try (FloatMatrix matrix = memory.floats(4, 7)) {
      assertThatThrownBy(() -> decompose(matrix, rank))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
          .hasMessageContainingAll("rank " + rank + " is not possible", "4 x 7", "1 to 4");
    }
  }

  @Test
  @DisplayName("an empty matrix and one that is not finite are refused")
  void unusableMatrix() {
    try (FloatMatrix empty = memory.floats(0, 7);
        FloatMatrix matrix = memory.floats(2, 2)) {
      assertThatThrownBy(() -> decompose(empty, 1)).hasMessageContaining("0 x 7");
      matrix.set(1, 0, Float.NaN);
      assertThatThrownBy(() -> decompose(matrix, 1)).isInstanceOf(NotFiniteException.class);
    }
  }

  @Test
  @DisplayName("the bits do not depend on the number of threads")
  void sameBitsOnAnyNumberOfThreads() {
    try (TensorBlock block = GoldenTensors.formula(1, 700, 1300, 5, 0.3, memory)) {
      KruskalTensor alone = (KruskalTensor) decompose(block.slice(0), 20, 1).tensor();
      KruskalTensor shared = (KruskalTensor) decompose(block.slice(0), 20, 3).tensor();
      assertThat(shared.weights()).isEqualTo(alone.weights());
      assertThat(shared.a()).isEqualTo(alone.a());
      assertThat(shared.b()).isEqualTo(alone.b());
    }
  }

  @Test
  @DisplayName("one solve of the largest rank gives the errors and components of the others")
  void nestedRanks() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 24);
        PanelPool pool = new PanelPool(1);
        FloatMatrix matrix = memory.floats(40, 30)) {
      for (int row = 0; row < 40; row++) {
        for (int column = 0; column < 30; column++) {
          matrix.set(row, column, (float) Math.sin(7 * row + column * column));
        }
      }
      TruncatedSvd solver = new TruncatedSvd(BlasProvider.blas(), memory, pool);
      List<Decomposition> together = solver.decompose(matrix, List.of(3, 20, 1));
      KruskalTensor largest = (KruskalTensor) together.get(1).tensor();
      assertThat(largest.rank()).isEqualTo(20);
      int member = 0;
      for (int rank : List.of(3, 20, 1)) {
        Decomposition alone = solver.decompose(matrix, rank);
        assertThat(together.get(member).relativeError())
            .isCloseTo(alone.relativeError(), within(1e-6));
        float[] expected = ((KruskalTensor) alone.tensor()).weights();
        float[] actual = largest.firstComponents(rank).weights();
        for (int r = 0; r < rank; r++) {
          assertThat(actual[r]).isCloseTo(expected[r], within(1e-4f));
        }
        member++;
      }
    }
  }
}

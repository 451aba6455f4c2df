package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CpAlsTest {
  private final OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 28);

  @AfterEach
  void nothingIsLeftAllocated() {
    assertThat(memory.allocatedBytes()).isZero();
    memory.close();
  }

  /**
   * One reference iteration from the definition: dense Khatri-Rao sums in float64, normal
   * equations.
   */
  @Test
  void oneIterationIsThatOfTheDefinition() {
    int depth = 2;
    int rows = 7;
    int columns = 5;
    int rank = 3;
    try (TensorBlock block = RandomTensors.lowRank(memory, depth, rows, columns, 4, 0.3, 11)) {
      double[][] startA = start(CpStart.rowFactor(batch(rank, 9), 0, rows), rank);
      double[][] startB = start(CpStart.columnFactor(batch(rank, 9), 0, columns), rank);
      double[][] newC = new double[depth][];
      for (int k = 0; k < depth; k++) {
        double[] mttkrp = new double[rank];
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            for (int r = 0; r < rank; r++) {
              mttkrp[r] += block.slice(k).get(i, j) * startA[i][r] * startB[j][r];
            }
          }
        }
        newC[k] = solve(hadamardOfGrams(startA, startB), mttkrp);
      }
      double[][] newB = new double[columns][];
      for (int j = 0; j < columns; j++) {
        double[] mttkrp = new double[rank];
        for (int k = 0; k < depth; k++) {
          for (int i = 0; i < rows; i++) {
            for (int r = 0; r < rank; r++) {
              mttkrp[r] += block.slice(k).get(i, j) * startA[i][r] * newC[k][r];
            }
          }
        }
        newB[j] = solve(hadamardOfGrams(startA, newC), mttkrp);
      }
      double[][] a = new double[rows][];
      for (int i = 0; i < rows; i++) {
        double[] mttkrp = new double[rank];
        for (int k = 0; k < depth; k++) {
          for (int j = 0; j < columns; j++) {
            for (int r = 0; r < rank; r++) {
              mttkrp[r] += block.slice(k).get(i, j) * newC[k][r] * newB[j][r];
            }
          }
        }
        a[i] = solve(hadamardOfGrams(newC, newB), mttkrp);
      }
      Decomposition actual =
          solve(block, 1, new CpOptions(1, 0), List.of(new CpMember(rank, 9))).get(0);
      FloatBuffer slice = FloatBuffer.allocate(rows * columns);
      double residual = 0;
      for (int k = 0; k < depth; k++) {
        slice.clear();
        actual.tensor().reconstruct(k, 0, rows, 0, columns, slice);
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            double expected = 0;
            for (int r = 0; r < rank; r++) {
              expected += newC[k][r] * a[i][r] * newB[j][r];
            }
            assertThat((double) slice.get(i * columns + j)).isCloseTo(expected, within(2e-4));
            residual += Math.pow(expected - block.slice(k).get(i, j), 2);
          }
        }
      }
      assertThat(actual.relativeError())
          .isCloseTo(Math.sqrt(residual / block.squaredNorm()), within(1e-4));
    }
  }

  @Test
  void hasTheSameBitsOnAnyNumberOfThreads() {
    // More than two panels of rows and of columns.
    try (TensorBlock block = RandomTensors.lowRank(memory, 2, 1100, 1300, 3, 1, 5)) {
      CpOptions options = new CpOptions(3, 0);
      List<CpMember> members = List.of(new CpMember(6, 1), new CpMember(11, 2));
      List<Decomposition> one = solve(block, 1, options, members);
      for (int threads : new int[] {2, 4}) {
        List<Decomposition> many = solve(block, threads, options, members);
        for (int member = 0; member < members.size(); member++) {
          KruskalTensor expected = (KruskalTensor) one.get(member).tensor();
          KruskalTensor actual = (KruskalTensor) many.get(member).tensor();
          assertThat(actual.weights()).isEqualTo(expected.weights());
          assertThat(actual.a()).isEqualTo(expected.a());
          assertThat(actual.b()).isEqualTo(expected.b());
          assertThat(actual.c()).isEqualTo(expected.c());
        }
      }
    }
  }

  /**
   * A member's start does not depend on its neighbours; its sums may be rounded differently because
   * the native product chooses its kernels by width.
   */
  @Test
  void membersOfABatchAgreeWithSolvingThemAlone() {
    try (TensorBlock block = RandomTensors.lowRank(memory, 3, 90, 70, 5, 0.5, 3)) {
      List<CpMember> members = new ArrayList<>();
      for (int rank = 1; rank <= 12; rank++) {
        members.add(new CpMember(rank, rank % 3));
      }
      CpOptions options = new CpOptions(40, 1e-5);
      List<Decomposition> together = solve(block, 1, options, members);
      for (int member = 0; member < members.size(); member++) {
        Decomposition alone = solve(block, 1, options, List.of(members.get(member))).get(0);
        assertThat(together.get(member).relativeError())
            .isCloseTo(alone.relativeError(), within(1e-3));
      }
      assertThat(together.stream().map(Decomposition::iterations).distinct().count())
          .as("members leave the batch at different times")
          .isGreaterThan(2);
    }
  }

  @Test
  void errorNeverRisesAndFallsWithTheRank() {
    try (TensorBlock block = RandomTensors.lowRank(memory, 3, 60, 50, 8, 0.2, 21)) {
      List<CpMember> members =
          List.of(new CpMember(1, 0), new CpMember(4, 0), new CpMember(16, 0), new CpMember(40, 0));
      List<Decomposition> results = solve(block, 2, new CpOptions(60, 1e-7), members);
      double previous = 1;
      for (Decomposition result : results) {
        double[] errors = result.errors();
        for (int i = 1; i < errors.length; i++) {
          assertThat(errors[i]).isLessThanOrEqualTo(errors[i - 1] + 1e-5);
        }
        assertThat(result.relativeError()).isLessThan(previous);
        previous = result.relativeError();
      }
    }
  }

  /** An exact tensor is recovered to float32, measured on the reconstruction. */
  @Test
  void recoversAnExactTensor() {
    try (TensorBlock block = RandomTensors.lowRank(memory, 4, 30, 20, 2, 0, 8)) {
      Decomposition result =
          solve(block, 1, new CpOptions(200, 0), List.of(new CpMember(2, 1))).get(0);
      FloatBuffer slice = FloatBuffer.allocate(600);
      for (int k = 0; k < 4; k++) {
        slice.clear();
        result.tensor().reconstruct(k, 0, 30, 0, 20, slice);
        float[] expected = block.slice(k).toArray();
        for (int i = 0; i < expected.length; i++) {
          assertThat(slice.get(i)).isCloseTo(expected[i], within(1e-4f));
        }
      }
    }
  }

  @Test
  void approximatesAZeroTensorByZero() {
    try (TensorBlock block = TensorBlock.allocate(memory, 0, 2, 5, 4)) {
      Decomposition result =
          solve(block, 1, new CpOptions(100, 1e-8), List.of(new CpMember(3, 0))).get(0);
      assertThat(result.reason()).isEqualTo(TerminationReason.ZERO_TENSOR);
      assertThat(result.relativeError()).isZero();
      assertThat(((KruskalTensor) result.tensor()).a()).hasSize(15).containsOnly(0f);
    }
  }

  /** More components than the tensor has; the systems are singular. */
  @Test
  void survivesARankAboveWhatTheTensorHas() {
    try (TensorBlock block = RandomTensors.lowRank(memory, 2, 6, 5, 1, 0, 2)) {
      Decomposition result =
          solve(block, 1, new CpOptions(50, 1e-8), List.of(new CpMember(30, 4))).get(0);
      assertThat(result.relativeError()).isLessThan(1e-3);
      assertThat(((KruskalTensor) result.tensor()).weights()).doesNotContain(Float.NaN);
    }
  }

  @Test
  void saysWhyItStopped() {
    try (TensorBlock block = RandomTensors.lowRank(memory, 2, 20, 20, 3, 0.5, 2)) {
      assertThat(solve(block, 1, new CpOptions(2, 0), List.of(new CpMember(3, 0))).get(0))
          .matches(result -> result.reason() == TerminationReason.MAX_ITERATIONS)
          .matches(result -> result.iterations() == 2);
      assertThat(solve(block, 1, new CpOptions(500, 1e-4), List.of(new CpMember(3, 0))).get(0))
          .matches(result -> result.reason() == TerminationReason.TOLERANCE_REACHED)
          .matches(result -> result.iterations() < 500);
    }
  }

  @Test
  void refusesARankBelowOne() {
    assertThatThrownBy(() -> new CpMember(0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
  }

  private List<Decomposition> solve(
      TensorBlock block, int threads, CpOptions options, List<CpMember> members) {
    try (PanelPool pool = new PanelPool(threads);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return new CpAls(options, BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, members);
    }
  }

  private static CpBatch batch(int rank, long seed) {
    return new CpBatch(List.of(new CpMember(rank, seed)));
  }

  private static double[][] start(float[] values, int rank) {
    double[][] rows = new double[values.length / rank][rank];
    for (int i = 0; i < values.length; i++) {
      rows[i / rank][i % rank] = values[i];
    }
    return rows;
  }

  private static double[][] hadamardOfGrams(double[][] left, double[][] right) {
    int rank = left[0].length;
    double[][] product = new double[rank][rank];
    for (int r = 0; r < rank; r++) {
      for (int s = 0; s < rank; s++) {
        double leftSum = 0;
        double rightSum = 0;
        for (double[] row : left) {
          leftSum += row[r] * row[s];
        }
        for (double[] row : right) {
          rightSum += row[r] * row[s];
        }
        product[r][s] = leftSum * rightSum;
      }
    }
    return product;
  }

  /** Gaussian elimination with partial pivoting. */
  private static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    double[][] m = new double[n][];
    for (int i = 0; i < n; i++) {
      m[i] = java.util.Arrays.copyOf(matrix[i], n + 1);
      m[i][n] = right[i];
    }
    for (int p = 0; p < n; p++) {
      int best = p;
      for (int i = p + 1; i < n; i++) {
        if (Math.abs(m[i][p]) > Math.abs(m[best][p])) {
          best = i;
        }
      }
      double[] swap = m[p];
      m[p] = m[best];
      m[best] = swap;
      for (int i = 0; i < n; i++) {
        if (i != p) {
          double factor = m[i][p] / m[p][p];
          for (int j = p; j <= n; j++) {
            m[i][j] -= factor * m[p][j];
          }
        }
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = m[i][n] / m[i][i];
    }
    return solution;
  }
}

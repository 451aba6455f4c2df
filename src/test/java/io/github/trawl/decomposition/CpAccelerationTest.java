package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CpAccelerationTest {
  private final OffHeapMemory memory = OffHeapMemory.limitedTo(1L << 28);

  @AfterEach
  void nothingLeaks() {
    memory.close();
  }

  private Decomposition solve(TensorBlock block, CpOptions options, CpMember member) {
    return solve(block, options, 1, List.of(member)).get(0);
  }

  private List<Decomposition> solve(
      TensorBlock block, CpOptions options, int threads, List<CpMember> members) {
    try (PanelPool pool = new PanelPool(threads);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return new CpAls(options, BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, members);
    }
  }

  private static CpOptions accelerated(int iterations) {
    return new CpOptions(iterations, 0, Acceleration.EXTRAPOLATION);
  }

  @ParameterizedTest
  @CsvSource({"2,60,90,30", "4,50,50,20", "3,40,70,45"})
  @DisplayName("on noise, where ALS creeps, each option fits no worse after the same iterations")
  void fitsNoWorse(int depth, int rows, int columns, int rank) {
    try (TensorBlock block = RandomTensors.lowRank(memory, depth, rows, columns, 10, 3, 7)) {
      for (long seed = 0; seed < 3; seed++) {
        double plain = solve(block, new CpOptions(40, 0), new CpMember(rank, seed)).fit();
        CpMember centred = new CpMember(rank, seed, StartDistribution.CENTRED);
        assertThat(solve(block, accelerated(40), new CpMember(rank, seed)).fit())
            .isGreaterThan(plain - 1e-3);
        assertThat(solve(block, accelerated(40), centred).fit()).isGreaterThan(plain - 1e-3);
      }
    }
  }

  @Test
  @DisplayName("components that are nearly parallel are found in a third of the iterations")
  void leavesSwampsSooner() {
    try (TensorBlock block = parallelComponents()) {
      double target = solve(block, new CpOptions(150, 0), new CpMember(4, 1)).relativeError();
      double[] errors = solve(block, accelerated(50), new CpMember(4, 1)).errors();
      assertThat(errors[49]).isLessThan(target);
    }
  }

  /** Four components whose columns are at cosines of about 0.9 to each other. */
  private TensorBlock parallelComponents() {
    TensorBlock block = TensorBlock.allocate(memory, 0, 5, 40, 30);
    for (int k = 0; k < 5; k++) {
      for (int i = 0; i < 40; i++) {
        for (int j = 0; j < 30; j++) {
          double sum = 0;
          for (int r = 0; r < 4; r++) {
            sum += (3 + wave(1, k, r)) * (3 + wave(2, i, r)) * (3 + wave(3, j, r));
          }
          block.slice(k).set(i, j, (float) sum);
        }
      }
    }
    return block;
  }

  private static double wave(int mode, int row, int component) {
    return 1.3 * Math.sin(1.0 + 2.7 * mode + (row + 1) * (component + 1) * 0.77);
  }

  @ParameterizedTest
  @EnumSource(StartDistribution.class)
  @DisplayName("the reported error is the distance of the reconstruction")
  void errorIsTheDistance(StartDistribution start) {
    try (TensorBlock block = RandomTensors.lowRank(memory, 3, 40, 50, 5, 0.5, 3)) {
      for (int iterations : new int[] {1, 2, 3, 4, 9}) {
        Decomposition result = solve(block, accelerated(iterations), new CpMember(7, 2, start));
        assertThat(TensorErrors.relativeError(TensorErrors.slices(block), result.tensor()))
            .isCloseTo(result.relativeError(), within(2e-4));
      }
    }
  }

  @Test
  @DisplayName("the same bits on any number of threads, alone and beside others")
  void sameBits() {
    CpOptions options = new CpOptions(12, 2e-3, Acceleration.EXTRAPOLATION);
    List<CpMember> members =
        List.of(
            new CpMember(3, 1),
            new CpMember(24, 2, StartDistribution.CENTRED),
            new CpMember(9, 3),
            new CpMember(1, 4, StartDistribution.CENTRED));
    try (TensorBlock block = RandomTensors.lowRank(memory, 2, 600, 700, 8, 1, 5)) {
      List<Decomposition> together = solve(block, options, 3, members);
      assertThat(together.stream().map(Decomposition::iterations).distinct()).hasSizeGreaterThan(1);
      for (int i = 0; i < members.size(); i++) {
        Decomposition alone = solve(block, options, members.get(i));
        assertThat(together.get(i).errors()).isEqualTo(alone.errors());
        KruskalTensor expected = (KruskalTensor) alone.tensor();
        KruskalTensor actual = (KruskalTensor) together.get(i).tensor();
        assertThat(actual.a()).isEqualTo(expected.a());
        assertThat(actual.b()).isEqualTo(expected.b());
        assertThat(actual.c()).isEqualTo(expected.c());
      }
    }
  }

  @Test
  @DisplayName("the step grows with the iterations, and an error that rises takes it back")
  void steps() {
    CpBatch batch = new CpBatch(List.of(new CpMember(1, 0), new CpMember(2, 0)));
    Extrapolation extrapolation = new Extrapolation(batch);
    double[] first = {0, 0, 2.0 / 5, 3.0 / 6, 4.0 / 7};
    for (int iteration = 0; iteration < 5; iteration++) {
      assertThat(extrapolation.nextSteps()).containsExactly(first[iteration], first[iteration]);
      extrapolation.iterationDone(0, 0.5);
      extrapolation.iterationDone(1, iteration == 4 ? 0.7 : 0.6);
    }
    assertThat(extrapolation.nextSteps()).containsExactly(5.0 / 8, 0);
    assertThat(extrapolation.nextSteps()).containsExactly(6.0 / 9, 0);
    assertThat(extrapolation.nextSteps()).containsExactly(7.0 / 10, 2.0 / 5);
  }

  @Test
  @DisplayName("each member of a batch moves by its own step, away from what it was")
  void moves() {
    CpBatch batch = new CpBatch(List.of(new CpMember(1, 0), new CpMember(2, 0)));
    float[] now = {1, 2, 3, 4, 5, 6};
    float[] before = {0, 4, 3, 2, 1, 7};
    assertThat(Extrapolation.extrapolate(batch, now, before, new double[] {0.5, 2}))
        .containsExactly(1.5f, -2, 3, 5, 13, 4);
  }

  @Test
  @DisplayName("a centred start is the uniform one less a half")
  void centredStart() {
    CpBatch uniform = new CpBatch(List.of(new CpMember(3, 8)));
    CpBatch centred = new CpBatch(List.of(new CpMember(3, 8, StartDistribution.CENTRED)));
    float[] expected = CpStart.rowFactor(uniform, 5, 4);
    float[] actual = CpStart.rowFactor(centred, 5, 4);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isEqualTo(expected[i] - 0.5f).isBetween(-0.5f, 0.5f);
    }
  }

  @Test
  @DisplayName("the defaults are TensorLy's start and plain ALS")
  void defaults() {
    assertThat(new CpOptions(7, 0.1)).isEqualTo(new CpOptions(7, 0.1, Acceleration.NONE));
    assertThat(new CpMember(2, 3).start()).isEqualTo(StartDistribution.UNIFORM);
  }
}

package io.github.trawl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.Panels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against values worked out by hand from the derivation in docs/cost-model.md. */
class IterationCostTest {
  private static final Hardware ONE = new Hardware(1, 2, 40, 20, 1.25, 0.1);

  /** K = 4, I = J = 2048, R = 512 on two threads of 40 GFLOP/s. */
  @Test
  void ofALargeRankIsThatOfTheProducts() {
    IterationCost cost = IterationCost.inOneTask(4, 2048, 2048, List.of(512), 2, ONE);
    // 4 · 4 · 2^11 · 2^11 · 2^9 = 2^35.
    assertThat(cost.productOperations()).isEqualTo(34_359_738_368.0);
    // 3 · 2^18 · (4 + 2048 + 2048 + 512).
    assertThat(cost.solveOperations()).isEqualTo(3.0 * 262_144 * 4612);
    // The tensor's 2^26 bytes twice, three times 4 · 4 · 4096 · 512, and 16 · 4 · 2^20 for 4
    // panels.
    double factors = 3 * 33_554_432.0 + 4 * 67_108_864.0;
    assertThat(cost.memoryBytes()).isEqualTo(134_217_728.0 + factors);
    assertThat(cost.networkBytes()).isZero();
    // 0.42950 s of products at full speed, 537 / 512 of it; 3 · 2^18 · 4100 at half speed, shared:
    // 0.08061; 3 · 2^27 alone:
    // 0.02013.
    assertThat(cost.seconds())
        .isCloseTo(0.42950 * 537 / 512 + factors / 20e9 + 0.08061 + 0.02013, within(5e-5));
  }

  /** At 2 GB/s the tensor's way from memory takes longer than the arithmetic. */
  @Test
  void ofSlowMemoryIsThatOfTheTensorsWay() {
    Hardware slow = new Hardware(1, 2, 40, 2, 1.25, 0.1);
    IterationCost cost = IterationCost.inOneTask(6, 1000, 5000, List.of(1), 2, slow);
    // 24 · 10^7 bytes of the tensor, 12 · 6 · 6000 of products, 16 · 6 · 5000 for each of 2 panels.
    assertThat(cost.seconds()).isCloseTo((240_000_000 + 432_000 + 960_000) / 2e9, within(1e-6));
    // One column at 1 / 26 of the speed.
    assertThat(cost.productOperations() * 26 / 80e9).isLessThan(0.04);
  }

  /** K = 2, I = 1000, J = 5000: in the basis of its rows, a lower triangle of order 2000. */
  @Test
  void ofFewRowsIsThatOfTheirCoordinates() {
    IterationCost cost = IterationCost.inOneTask(2, 1000, 5000, List.of(100), 2, ONE);
    // By panels of 500 rows: 500 · (500 + 1000 + 1500 + 2000). By panels of 500 columns:
    // 500 · (2000 + 1500 + 1000 + 500).
    assertThat(cost.productOperations()).isEqualTo(2 * 100 * (2_500_000.0 + 2_500_000.0));
    assertThat(cost.solveOperations()).isEqualTo(3.0 * 10_000 * (2 + 1000 + 2000 + 100));
    assertThat(cost.memoryBytes())
        .isEqualTo(4 * 5_000_000.0 + 12 * 2 * 3000.0 * 100 + 16 * 2 * 2000.0 * 100 * 2);
  }

  /** K = 10, I = 4000, J = 1000, R = 100 in 8 blocks on 4 executors of one core. */
  @Test
  void ofADistributedTensorAddsTheNetworkAndTheStages() {
    Hardware hardware = new Hardware(4, 1, 50, 1e9, 1, 0.1);
    IterationCost cost =
        IterationCost.distributed(10, 1000, List.of(100), new Panels(4000, 8), hardware);
    // Products: 1.6e10 / 4 / 50e9 = 0.08, and a quarter more at 100 columns. Solves but for the
    // inversions: 3e4 · 5010 / 4 / 25e9.
    double computing = 0.08 * 1.25 + 3e4 * 5010 / 4 / 25e9 + 3e6 / 25e9;
    // Four tasks' partials of 400 kB, three quarters to others; B to three executors and a copy.
    double between = 400_000 * (4 * 0.75 + 4);
    // 80 kB: two for each of four executors, one from each of four tasks and one more; 8 kB of
    // sums a task.
    double driver = 80_000 * (2 * 4 + 4 + 1) + 8_000 * 4;
    assertThat(cost.networkBytes()).isEqualTo(between + driver);
    assertThat(cost.seconds())
        .isCloseTo(computing + between / 4e9 + driver / 1e9 + 0.2, within(1e-9));
  }

  /** Nine blocks on four cores: one core has three of them, a third of the work. */
  @Test
  void ofBlocksThatDoNotDivideEvenlyIsThatOfTheBusiestCore() {
    Hardware hardware = new Hardware(1, 4, 50, 1e9, 1, 0);
    double nine =
        IterationCost.distributed(2, 1000, List.of(1), new Panels(9000, 9), hardware).seconds();
    double eight =
        IterationCost.distributed(2, 1000, List.of(1), new Panels(8000, 8), hardware).seconds();
    assertThat(nine / eight).isCloseTo(9000.0 / 3 / (8000.0 / 4), within(0.01));
  }

  /** A single executor sends nothing, and more executors never take longer in computing. */
  @Test
  void ofOneExecutorSendsNothing() {
    Panels grid = BlockGrid.of(24, 768, 3072, 16 << 20);
    assertThat(IterationCost.distributed(24, 3072, List.of(64), grid, ONE).networkBytes()).isZero();
    Hardware fast = new Hardware(16, 2, 40, 20, 1e6, 0);
    assertThat(IterationCost.distributed(24, 3072, List.of(64), grid, fast).seconds())
        .isLessThan(IterationCost.distributed(24, 3072, List.of(64), grid, ONE).seconds());
  }

  /** Products go by the sum of the ranks, solves by the sums of their squares and cubes. */
  @Test
  void ofABatchIsThatOfItsMembers() {
    IterationCost batch = IterationCost.inOneTask(4, 2048, 2048, List.of(10, 30), 2, ONE);
    IterationCost wide = IterationCost.inOneTask(4, 2048, 2048, List.of(40), 2, ONE);
    assertThat(batch.productOperations()).isEqualTo(wide.productOperations());
    assertThat(batch.solveOperations())
        .isEqualTo(3.0 * (100 * (4100 + 10) + 900 * (4100 + 30)))
        .isLessThan(wide.solveOperations());
  }

  @Test
  void hardwareMustBeThere() {
    assertThatThrownBy(() -> Hardware.of(0, 1, 40)).hasMessageContaining("0 executors");
    assertThatThrownBy(() -> Hardware.of(1, 1, 0)).hasMessageContaining("positive");
  }
}

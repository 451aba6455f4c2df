package io.github.trawl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.MatrixLayout;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.StoredAxis;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.StartDistribution;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

class ReportsTest {
  private static final SolveLimits LIMITS = new SolveLimits(1L << 32, 1 << 30, 64 << 20);
  private static final Models SMOLLM2 = Models.gated(30, 576, 1536, 576, 192);

  /**
   * A q-o stack by hand: 169.9 MFLOP of products at 64 / 89 of 40 GFLOP/s, 4.13 MB of factors at 20
   * GB/s, 14.97 MFLOP of solves at 20 GFLOP/s, 6.86 ms; five on two cores 17 ms. k-v in the basis
   * of its rows, by one panel each way: 64 · 2 · (192 · 576 + 384 · 384) operations, 1.67 MB of
   * factors, 7.9 MFLOP of solves, 1.63 ms; five on two cores 4.1 ms.
   */
  @Test
  void planAsText() {
    PlanReport report =
        cp(
            SMOLLM2.plan(Strategy.LAYER, "qkvo", "0-3,29"),
            new SolveLimits(1 << 20, 1 << 30, 64 << 20),
            Hardware.of(1, 2, 40),
            64);
    assertThat(report.text())
        .isEqualTo(
            """
                10 stacks, 16.9 MiB in float32
                One CP-ALS iteration of rank 64 over all of them: 1.0 GFLOP
                On 1 executor of 2 cores, 40 GFLOP/s a core: about 0.021 s an iteration, 2.1 s for 100 iterations

                  stack               stacks  shape          stored as  MiB each   MiB  row blocks   GFLOP/iteration  s/iteration  matrices
                  layer-{0-3,29}-q-o       5  (2, 576, 576)  F32            2.53  12.7  in one task            0.849        0.017  q, o
                  layer-{0-3,29}-k-v       5  (2, 192, 576)  F32            0.84  4.22  in one task            0.165       0.0041  k, v

                Remarks
                  - layers 0-3, 29: shapes differ, so there is a stack for each: q, o of 576x576; k, v of 192x576

                Solving the largest stack in one task takes at least 3 MiB outside the heap; --memory.off-heap is 1 MiB, which is too little
                Writing the largest weight file takes at least 3 MiB outside the heap, for factors
                Each process of 2 cores takes up to 3 MiB outside the heap, more than --memory.off-heap, and a heap of at least 513 MiB: about 708 MiB resident
                """);
  }

  @Test
  void planOfOneStackAsText() {
    PlanReport report =
        new PlanReport(
            SolvePlan.withoutRank(
                SMOLLM2.plan(Strategy.SEGMENT, "fc", "late"), DecompositionMethods.CP, LIMITS),
            LIMITS.offHeapBytes(),
            Hardware.of(1, 2, 40));
    assertThat(report.text())
        .isEqualTo(
            """
                1 stack, 101 MiB in float32

                  stack    stacks  shape            stored as  MiB each  MiB  row blocks   matrices
                  late-fc       1  (30, 1536, 576)  F32             101  101  in one task  gate, up, downT of layers 20-29
                """);
  }

  @Test
  void planAsJson() {
    JsonNode json =
        cp(SMOLLM2.plan(Strategy.LAYER, "fc", "28-29"), LIMITS, Hardware.of(1, 2, 40), 10).json();
    assertThat(json.get("stacks")).hasSize(2);
    JsonNode stack = json.get("stacks").get(1);
    assertThat(stack.get("name").asText()).isEqualTo("layer-29-fc");
    assertThat(stack.get("shape").toString()).isEqualTo("[3,1536,576]");
    assertThat(stack.get("bytes").asLong()).isEqualTo(3L * 1536 * 576 * 4);
    assertThat(stack.get("operations_per_iteration").asLong()).isEqualTo(4L * 3 * 1536 * 576 * 10);
    assertThat(stack.get("matrices").get(2).toString())
        .isEqualTo(
            "{\"layer\":29,\"role\":\"down\",\"tensor\":\"w.29.DOWN\",\"file\":\"model.safetensors\","
                + "\"dtype\":\"F32\",\"transposed\":true}");
    assertThat(json.get("total_bytes").asLong()).isEqualTo(2L * 3 * 1536 * 576 * 4);
    assertThat(json.get("ranks").toString()).isEqualTo("[10]");
    assertThat(json.get("remarks")).isEmpty();
  }

  /** An SVD solves single matrices: ρ = 0.25 of 576 gives rank 144. */
  @Test
  void planOfAnSvdShowsMatricesAndTheMemoryAtTheRankOfItsRatio() {
    SolvePlan plan =
        SolvePlan.of(
            SMOLLM2.plan(Strategy.MODEL, "qkvo", "0-1"),
            DecompositionOptions.ofRatio(DecompositionMethods.SVD, 0.25),
            LIMITS);
    PlanReport report = new PlanReport(plan, LIMITS.offHeapBytes(), Hardware.of(1, 2, 40));
    assertThat(report.text())
        .isEqualTo(
            """
                8 matrices, 6.75 MiB in float32

                  matrix         matrices  shape          stored as  MiB each   MiB  row blocks   matrices
                  layer-{0-1}-q         2  (1, 576, 576)  F32            1.27  2.53  in one task  q
                  layer-{0-1}-o         2  (1, 576, 576)  F32            1.27  2.53  in one task  o
                  layer-{0-1}-k         2  (1, 192, 576)  F32            0.42  0.84  in one task  k
                  layer-{0-1}-v         2  (1, 192, 576)  F32            0.42  0.84  in one task  v

                Remarks
                  - model: shapes differ, so there is a stack for each: q, o of 576x576; k, v of 192x576

                Solving a matrix in one task takes at least 5 MiB outside the heap; --memory.off-heap is 4,096 MiB: 2 side by side on 2 cores
                Writing the largest weight file takes at least 3 MiB outside the heap, for factors
                Each process of 2 cores takes up to 10 MiB outside the heap and a heap of at least 514 MiB: about 715 MiB resident
                """);
    // 576 x 576 and 576 x 144 in float32, a Gram matrix of 576 and 144 eigenvectors in float64.
    assertThat(report.json().get("task_off_heap_bytes").asLong())
        .isEqualTo(4 * (576 * 576 + 576 * 144) + 8 * 576 * (576 + 144));
    assertThat(report.json().get("stacks")).hasSize(8);
    // Of 8 matrices in the file the factors of one are there: weight, 1 + 576 + 576 values each of
    // 144 components, once more for a batch of rows, and a block of 576 x 576 values.
    assertThat(report.json().get("shard_off_heap_bytes").asLong())
        .isEqualTo(2 * 4 * 144 * (1 + 1 + 576 + 576) + 4 * 576 * 576);
  }

  @Test
  void aBatchIsReportedAsOne() {
    DecompositionOptions options =
        new DecompositionOptions(
            DecompositionMethods.CP,
            List.of(10, 20),
            List.of(),
            List.of(1L, 2L, 3L),
            100,
            0,
            StartDistribution.UNIFORM,
            Acceleration.NONE);
    StackPlan stacks = SMOLLM2.plan(Strategy.LAYER, "fc", "29");
    PlanReport report =
        new PlanReport(
            SolvePlan.of(stacks, options, LIMITS), LIMITS.offHeapBytes(), Hardware.of(1, 2, 40));
    assertThat(report.text())
        .contains("One CP-ALS iteration of 2 ranks with 3 seeds each over all");
    assertThat(report.json().get("stacks").get(0).get("operations_per_iteration").asLong())
        .isEqualTo(4L * 3 * 1536 * 576 * 3 * (10 + 20));
    // Factors of 90 columns for 1536 rows and 576 columns beside the tensor.
    assertThat(report.json().get("task_off_heap_bytes").asLong())
        .isEqualTo(4L * (3 * 1536 * 576 + (1536 + 576) * 90));
  }

  /** 90 slices of 1536 rows, 207,360 bytes a row: 253 rows fit 50 MiB, so 8 blocks of 192. */
  @Test
  void distributedStackAsTextAndJson() {
    PlanReport report =
        cp(
            SMOLLM2.plan(Strategy.MODEL, "fc", "all"),
            new SolveLimits(1L << 32, 100 << 20, 50 << 20),
            Hardware.of(4, 2, 40),
            64);
    assertThat(report.text())
        .contains(
            "row blocks", "8 of 192, 38.0 MiB", "On 4 executors of 2 cores, 40 GFLOP/s a core");
    JsonNode json = report.json();
    JsonNode stack = json.get("stacks").get(0);
    assertThat(stack.get("distributed").asBoolean()).isTrue();
    assertThat(stack.get("row_blocks").toString())
        .isEqualTo("{\"count\":8,\"rows\":192,\"bytes\":39813120}");
    // Partials of 8 tasks, three quarters of them to other executors; B to three, and a copy.
    double factor = 4.0 * 576 * 64;
    // Two systems to each executor, a Gram matrix from each task and one more, and sums.
    double driver = 8.0 * 64 * 64 * (2 * 4 + 8 + 1) + 8.0 * 90 * 64 * 8;
    assertThat(stack.get("network_bytes_per_iteration").asDouble())
        .isEqualTo(factor * (8 * 0.75 + 4) + driver);
    assertThat(json.get("estimate").get("seconds_per_iteration").asDouble())
        .isEqualTo(stack.get("seconds_per_iteration").asDouble());
    // Two blocks with their rows of A, B, and the products of 90 slices of a block in two tasks
    // with sums of 16 bytes a row and column.
    long offHeap = 2 * (39_813_120 + 4 * 192 * 64) + 4 * 64 * 576 + 2 * 4 * 64 * (90 + 4) * 192;
    // In each task the sum over one block and one that is added to it.
    long heap = (512L << 20) + 2 * 2 * 4 * 64 * 576;
    assertThat(json.get("process").toString())
        .isEqualTo(
            "{\"off_heap_bytes\":%d,\"heap_bytes\":%d,\"resident_bytes\":%d}"
                .formatted(offHeap, heap, offHeap + heap + (192L << 20)));
  }

  /** Of the 8 blocks of 38 MiB four executors hold two each, with 2 x 48 KiB of A and B. */
  @Test
  void aSpreadStackThatTheExecutorsCannotHoldIsRefused() {
    StackPlan stacks = SMOLLM2.plan(Strategy.MODEL, "fc", "all");
    assertThatThrownBy(() -> spread(stacks, 76, OptionalInt.of(4)).check())
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll(
            "model-fc of (90, 1536, 576) is spread over 4 executors",
            "at least 77 MiB",
            "--memory.off-heap is 76 MiB");
    spread(stacks, 77, OptionalInt.of(4)).check();
    spread(stacks, 76, OptionalInt.of(8)).check();
    spread(stacks, 76, OptionalInt.empty()).check();
    // 1,536 rows in 1,024 blocks, half of them of one row: 303.75 MiB, 384 KiB of A, 144 KiB of B.
    SolveLimits uneven = new SolveLimits(305L << 20, 100 << 20, 2 * 90 * 576 * 4);
    spread(stacks, uneven.withExecutors(OptionalInt.of(1))).check();
    SolveLimits less = new SolveLimits(304L << 20, 100 << 20, 2 * 90 * 576 * 4);
    assertThatThrownBy(() -> spread(stacks, less.withExecutors(OptionalInt.of(1))).check())
        .hasMessageContaining("is spread over 1 executor, each of which holds at least 305 MiB");
  }

  private static SolvePlan spread(StackPlan stacks, int mebibytes, OptionalInt executors) {
    return spread(stacks, new SolveLimits((long) mebibytes << 20, 100 << 20, 50 << 20, executors));
  }

  private static SolvePlan spread(StackPlan stacks, SolveLimits limits) {
    return SolvePlan.of(
        stacks, DecompositionOptions.of(DecompositionMethods.CP, 64, 0, 100, 1e-8), limits);
  }

  /** Ten equal stacks on four cores take as long as two and a half of them one after the other. */
  @Test
  void smallStacksShareTheCores() {
    PlanReport report =
        cp(SMOLLM2.plan(Strategy.LAYER, "fc", "0-9"), LIMITS, Hardware.of(2, 2, 40), 64);
    JsonNode json = report.json();
    double each = json.get("stacks").get(0).get("seconds_per_iteration").asDouble();
    assertThat(json.get("estimate").get("seconds_per_iteration").asDouble())
        .isCloseTo(2.5 * each, within(1e-12));
  }

  @Test
  void inspectionAsText() {
    assertThat(inspection(SMOLLM2).text().replace(architecture().name(), "ARCHITECTURE"))
        .startsWith(
            """
                hdfs://n/m
                  model_type llama, architecture ARCHITECTURE, 30 layers
                  134,497,152 parameters in 241 tensors, 459 MiB, 1 file

                Dtypes
                  dtype  tensors   parameters   MiB
                  BF16         1   28,311,552  54.0
                  F32        240  106,185,600   405

                Matrices
                  role  layers  shape [out, in]  dtype   MiB  tensor      stored
                  q     0-29    [576, 576]       F32    38.0  w.{i}.Q     [out, in]
                  k     0-29    [192, 576]       F32    12.7  w.{i}.K     [out, in]
                  v     0-29    [192, 576]       F32    12.7  w.{i}.V     [out, in]
                  o     0-29    [576, 576]       F32    38.0  w.{i}.O     [out, in]
                  gate  0-29    [1536, 576]      F32     101  w.{i}.GATE  [out, in]
                  up    0-29    [1536, 576]      F32     101  w.{i}.UP    [out, in]
                  down  0-29    [576, 1536]      F32     101  w.{i}.DOWN  [out, in]

                Other tensors, left as they are
                  tensor      tensors  shape         dtype   MiB
                  w.{i}.norm       30  [576]         F32    0.07
                  embed             1  [49152, 576]  BF16   54.0

                What can be stacked
                  strategy  --matrices  stack             stacks  shape            MiB each  matrices
                  layer     fc          layer-{0-29}-fc       30  (3, 1536, 576)       10.1  gate, up, downT
                  layer     qkvo        layer-{0-29}-q-o      30  (2, 576, 576)        2.53  q, o
                  layer     qkvo        layer-{0-29}-k-v      30  (2, 192, 576)        0.84  k, v
                  segment   fc          early-fc               1  (30, 1536, 576)       101  gate, up, downT of layers 0-9
                """)
        .endsWith(
            """
                  model     fc          model-fc               1  (90, 1536, 576)       304  gate, up, downT of layers 0-29
                  model     qkvo        model-q-o              1  (60, 576, 576)       75.9  q, o of layers 0-29
                  model     qkvo        model-k-v              1  (60, 192, 576)       25.3  k, v of layers 0-29

                Remarks
                  - --matrices qkvo, layers 0-29: shapes differ, so there is a stack for each: q, o of 576x576; k, v of 192x576
                """);
  }

  @Test
  void inspectionAsJson() {
    JsonNode json = inspection(SMOLLM2).json();
    assertThat(json.get("layers").asInt()).isEqualTo(30);
    assertThat(json.get("parameters").asLong())
        .isEqualTo(30L * (576 * 576 * 2 + 192 * 576 * 2 + 576 * 1536 * 3 + 576) + 49152L * 576);
    assertThat(json.get("tensors")).hasSize(30 * 8 + 1);
    assertThat(json.get("tensors").get(1).toString())
        .isEqualTo(
            "{\"name\":\"w.0.K\",\"dtype\":\"F32\",\"shape\":[192,576],\"file\":\"model.safetensors\","
                + "\"bytes\":442368,\"layer\":0,\"roles\":[\"k\"]}");
    List<String> stacks =
        StreamSupport.stream(json.get("stacks").spliterator(), false)
            .map(stack -> stack.get("strategy").asText() + " " + stack.get("name").asText())
            .toList();
    assertThat(stacks)
        .hasSize(30 + 60 + 3 + 6 + 1 + 2)
        .contains("layer layer-0-fc", "segment late-k-v", "model model-q-o");
  }

  @Test
  void fusedAndTransposedTensorsAreSaidToBe() {
    TensorInfo tensor =
        new TensorInfo("h.0.qkv", DType.BF16, List.of(8L, 24L), "model.safetensors", 8, 8 * 24 * 2);
    List<WeightSlice> slices = new ArrayList<>();
    MatrixRole[] roles = {MatrixRole.Q, MatrixRole.K, MatrixRole.V};
    for (int part = 0; part < 3; part++) {
      slices.add(
          new WeightSlice(
              0,
              roles[part],
              tensor,
              new MatrixLayout(
                  StoredAxis.range(8 * part, 8), StoredAxis.range(0, 8), true, false)));
    }
    Models.gated(1, 8, 16, 8, 8).slices().stream()
        .filter(slice -> !List.of(roles).contains(slice.role()))
        .forEach(slices::add);
    String text =
        InspectReport.create("/m", "x", List.of(tensor), 1, architecture(), slices).text();
    assertThat(text)
        .contains("h.{i}.qkv   [in, out], part of [8, 24]")
        .contains("1 layer\n", "192 parameters in 1 tensor, 0.0004 MiB, 1 file\n")
        .doesNotContain("Other tensors");
  }

  private static PlanReport cp(StackPlan plan, SolveLimits limits, Hardware hardware, int rank) {
    DecompositionOptions options =
        DecompositionOptions.of(DecompositionMethods.CP, rank, 0, 100, 1e-8);
    return new PlanReport(SolvePlan.of(plan, options, limits), limits.offHeapBytes(), hardware);
  }

  private static InspectReport inspection(Models model) {
    List<TensorInfo> tensors = new ArrayList<>();
    model.slices().forEach(slice -> tensors.add(slice.tensor()));
    for (int layer = 0; layer < 30; layer++) {
      tensors.add(
          new TensorInfo(
              "w." + layer + ".norm", DType.F32, List.of(576L), "model.safetensors", 8, 576 * 4));
    }
    tensors.add(
        new TensorInfo(
            "embed", DType.BF16, List.of(49152L, 576L), "model.safetensors", 8, 49152L * 576 * 2));
    return InspectReport.create("hdfs://n/m", "llama", tensors, 1, architecture(), model.slices());
  }

  private static Architecture architecture() {
    try {
      return Architecture.load(
          new Path(Architecture.class.getResource("llama.json").toURI()), new Configuration());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}

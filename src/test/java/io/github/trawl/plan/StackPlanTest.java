package io.github.trawl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.DType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackPlanTest {
  private static final Models ROBERTA = Models.plain("roberta", 12, 768, 3072);
  private static final Models GPTJ = Models.plain("gptj", 28, 4096, 16384);
  private static final Models LLAMA2 = Models.gated(32, 4096, 11008, 4096, 4096);
  private static final Models SMOLLM2 = Models.gated(30, 576, 1536, 576, 192);
  private static final Models GEMMA = Models.gated(4, 64, 256, 128, 32);

  /** The shapes of the paper. */
  @Test
  void shapesOfThePaper() {
    assertShape(ROBERTA, Strategy.LAYER, "fc", "last:1", 2, 768, 3072);
    assertShape(GPTJ, Strategy.LAYER, "fc", "27", 2, 4096, 16384);
    assertShape(ROBERTA, Strategy.MODEL, "fc", "all", 24, 768, 3072);
    assertShape(GPTJ, Strategy.MODEL, "fc", "all", 56, 4096, 16384);
    assertShape(ROBERTA, Strategy.MODEL, "qkvo", "all", 48, 768, 768);
    assertShape(GPTJ, Strategy.MODEL, "qkvo", "all", 112, 4096, 4096);
    assertShape(LLAMA2, Strategy.LAYER, "fc", "31", 3, 11008, 4096);
  }

  private static void assertShape(
      Models model, Strategy strategy, String matrices, String layers, int... shape) {
    StackPlan plan = model.plan(strategy, matrices, layers);
    assertThat(plan.remarks()).isEmpty();
    assertThat(plan.stacks()).hasSize(1);
    WeightStack stack = plan.stacks().get(0);
    assertThat(new int[] {stack.depth(), stack.rows(), stack.columns()}).containsExactly(shape);
    assertThat(stack.bytes()).isEqualTo(4L * shape[0] * shape[1] * shape[2]);
  }

  @Test
  void twoFullyConnectedMatricesAreUpTransposedThenDown() {
    WeightStack stack = ROBERTA.plan(Strategy.LAYER, "fc", "11").stacks().get(0);
    assertThat(stack.name()).isEqualTo("layer-11-fc");
    assertThat(stack.slices().stream().map(WeightSlice::label))
        .containsExactly("layer 11 UP (w.11.UP)T", "layer 11 DOWN (w.11.DOWN)");
  }

  @Test
  void threeFullyConnectedMatricesAreGateUpAndDownTransposed() {
    WeightStack stack = LLAMA2.plan(Strategy.LAYER, "FC", "0").stacks().get(0);
    assertThat(stack.slices().stream().map(WeightSlice::label))
        .containsExactly(
            "layer 0 GATE (w.0.GATE)", "layer 0 UP (w.0.UP)", "layer 0 DOWN (w.0.DOWN)T");
  }

  @Test
  void attentionMatricesComeInTheArchitecturesOrder() {
    assertThat(roles(ROBERTA.plan(Strategy.LAYER, "qkvo", "0").stacks().get(0)))
        .containsExactly(MatrixRole.Q, MatrixRole.K, MatrixRole.V, MatrixRole.O);
    WeightStack stack = GPTJ.plan(Strategy.LAYER, "qkvo", "0").stacks().get(0);
    assertThat(roles(stack))
        .containsExactly(MatrixRole.K, MatrixRole.Q, MatrixRole.V, MatrixRole.O);
    assertThat(stack.slices()).noneMatch(slice -> slice.layout().transposed());
  }

  @Test
  void stacksAcrossLayersGoLayerByLayer() {
    WeightStack stack = ROBERTA.plan(Strategy.MODEL, "fc", "9,3-4").stacks().get(0);
    assertThat(stack.slices().stream().map(slice -> slice.layer() + " " + slice.role()))
        .containsExactly("3 UP", "3 DOWN", "4 UP", "4 DOWN", "9 UP", "9 DOWN");
  }

  @ParameterizedTest
  @CsvSource({
    "12, 0-3, 4-7, 8-11",
    "28, 0-9, 10-18, 19-27",
    "29, 0-10, 11-19, 20-28",
    "30, 0-9, 10-19, 20-29",
    "3, 0, 1, 2",
    "4, 0-1, 2, 3"
  })
  void segmentsAreThirds(int layers, String early, String middle, String late) {
    Models model = Models.plain("roberta", layers, 4, 8);
    List<WeightStack> stacks = model.plan(Strategy.SEGMENT, "fc", "all").stacks();
    assertThat(stacks.stream().map(WeightStack::name))
        .containsExactly("early-fc", "middle-fc", "late-fc");
    List<String> expected = List.of(early, middle, late);
    for (int i = 0; i < 3; i++) {
      String name = List.of("early", "middle", "late").get(i);
      assertThat(layers(stacks.get(i))).isEqualTo(expected.get(i));
      assertThat(layers(model.plan(Strategy.MODEL, "fc", name).stacks().get(0)))
          .isEqualTo(expected.get(i));
      assertThat(model.plan(Strategy.SEGMENT, "fc", name).stacks()).containsExactly(stacks.get(i));
    }
  }

  @Test
  void segmentsOfTinyModels() {
    List<WeightStack> stacks =
        Models.plain("roberta", 2, 4, 8).plan(Strategy.SEGMENT, "fc", "all").stacks();
    assertThat(stacks.stream().map(WeightStack::name)).containsExactly("early-fc");
    assertThatThrownBy(() -> Models.plain("roberta", 2, 4, 8).plan(Strategy.MODEL, "fc", "late"))
        .hasMessageContaining("selects no layer of the 2");
  }

  // Grouped-query attention, where k and v are smaller than q and o.
  @Test
  void unequalShapesAreGroupedAndRemarked() {
    StackPlan plan = SMOLLM2.plan(Strategy.LAYER, "qkvo", "all");
    assertThat(plan.stacks()).hasSize(60);
    assertThat(plan.stacks().get(58).name()).isEqualTo("layer-29-q-o");
    assertThat(roles(plan.stacks().get(58))).containsExactly(MatrixRole.Q, MatrixRole.O);
    assertThat(plan.stacks().get(59).name()).isEqualTo("layer-29-k-v");
    assertThat(plan.stacks().get(59).rows()).isEqualTo(192);
    assertThat(plan.remarks())
        .containsExactly(
            "layers 0-29: shapes differ, so there is a stack for each: q, o of 576x576; k, v of 192x576");
    assertThat(SMOLLM2.plan(Strategy.MODEL, "qkvo", "all").stacks().get(1).depth()).isEqualTo(60);
  }

  // The shapes of q, [n·d, H], and o, [H, n·d], match only after a transpose, which is not made.
  @Test
  void nothingIsTransposedToMakeShapesEqual() {
    StackPlan plan = GEMMA.plan(Strategy.MODEL, "qkvo", "all");
    assertThat(plan.stacks().stream().map(WeightStack::name))
        .containsExactly("model-q", "model-k-v", "model-o");
    assertThat(plan.remarks().get(0))
        .contains("q of 128x64; k, v of 32x64; o of 64x128")
        .contains("nothing is transposed");
    StackPlan listed = ROBERTA.plan(Strategy.LAYER, "down,up", "last:1");
    assertThat(listed.stacks().stream().map(WeightStack::name))
        .containsExactly("layer-11-down", "layer-11-up");
    assertThat(listed.remarks().get(0)).contains("--matrices fc");
    assertThat(listed.remarks())
        .contains("layer 11: down of 768x3072 stands alone, a stack of one matrix");
  }

  // Dtypes may mix in a stack.
  @Test
  void mixedDtypesAreRemarked() {
    Models model = Models.plain("roberta", 3, 4, 8).with(1, MatrixRole.UP, DType.BF16);
    StackPlan plan = model.plan(Strategy.LAYER, "fc", "all");
    assertThat(plan.stacks()).hasSize(3);
    assertThat(plan.remarks())
        .containsExactly(
            "layer 1: up, down mix the dtypes BF16, F32; each matrix is written back in its own");
  }

  @Test
  void dtypesThatAreNoFloatsAreRefusedIfSelected() {
    Models model = Models.plain("roberta", 3, 4, 8).with(1, MatrixRole.UP, DType.F8_E4M3);
    assertThat(model.plan(Strategy.LAYER, "fc", "0,2").stacks()).hasSize(2);
    assertThatThrownBy(() -> model.plan(Strategy.LAYER, "fc", "all"))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("model.safetensors", "w.1.UP", "F8_E4M3")
        .extracting(error -> ((TrawlException) error).category())
        .isEqualTo(ErrorCategory.BAD_INPUT);
  }

  @Test
  void oneRoleKeepsItsShapeInNameAndStack() {
    StackPlan plan = LLAMA2.plan(Strategy.MODEL, "gate, up", "last:2");
    assertThat(plan.stacks().get(0).name()).isEqualTo("model-gate-up");
    assertThat(plan.stacks().get(0).depth()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fc | 12 | layers \"12\" is out of range; the model has layers 0 to 11",
        "fc | 0-12 | layers \"0-12\" is out of range",
        "fc | last:13 | the model has 12 layers",
        "fc | last:0 | N must be at least 1",
        "fc | 5-3 | 5-3, which ends before it starts",
        "fc | '' | allowed are all, last:N, ranges such as 0-3,11, early, middle and late",
        "fc | 1,,2 | is not understood",
        "fc | first:2 | is not understood",
        "fc | -1 | is not understood",
        "fc | 99999999999 | is not understood",
        "'' | all | allowed are fc, qkvo, or a comma-separated list of q, k, v, o, gate, up, down",
        "q,x | all | has \"x\"; allowed are fc, qkvo",
        "q,Q | all | has q twice",
        "fc,q | all | has \"fc\"",
        "gate | all | asks for gate, but the model has q, k, v, o, up, down"
      })
  void selectionsThatCannotBe(String matrices, String layers, String message) {
    assertThatThrownBy(() -> ROBERTA.plan(Strategy.LAYER, matrices, layers))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining(message)
        .extracting(error -> ((TrawlException) error).category())
        .isEqualTo(ErrorCategory.USAGE);
  }

  @Test
  void stacksTravelToExecutors() throws IOException, ClassNotFoundException {
    WeightStack stack = LLAMA2.plan(Strategy.LAYER, "fc", "0").stacks().get(0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
      output.writeObject(stack);
    }
    try (ObjectInputStream input =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(input.readObject()).isEqualTo(stack);
    }
  }

  @Test
  void stacksOfUnequalShapesAreRefused() {
    List<WeightSlice> slices = SMOLLM2.slices().subList(0, 2);
    assertThatThrownBy(() -> new WeightStack("s", slices))
        .hasMessageContainingAll("layer 0 Q", "576 × 576", "layer 0 K", "192 × 576");
  }

  private static List<MatrixRole> roles(WeightStack stack) {
    return stack.slices().stream().map(WeightSlice::role).toList();
  }

  private static String layers(WeightStack stack) {
    return LayerSelection.ranges(
        stack.slices().stream().map(WeightSlice::layer).distinct().toList());
  }
}

package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.evaluation.model.GoldenModel.Continuation;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Prompts whose first layers ran once are continued as if all had run again. */
class PromptPrefixTest {
  private static final int NEW_TOKENS = 5;

  @ParameterizedTest
  @MethodSource("causal")
  void continuesFromAnyStopAsFromTheFirst(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> prompts = prompts(golden);
    boolean changed = false;
    try (TransformerModel model = golden.open()) {
      List<int[]> expected = model.generate(prompts, NEW_TOKENS, Set.of());
      BatchState prefix = model.startGeneration(prompts);
      for (Stop stop : stops(model)) {
        try (BatchState earlier = prefix) {
          prefix = model.advance(earlier, stop);
        }
        assertSameTokens(model.generate(prefix, NEW_TOKENS, Set.of()), expected);
        for (TensorInfo matrix : matrices(golden, model, stop)) {
          model.patch(matrix.name(), other(matrix));
        }
        List<int[]> alone = model.generate(prompts, NEW_TOKENS, Set.of());
        assertSameTokens(model.generate(prefix, NEW_TOKENS, Set.of()), alone);
        changed |= !Arrays.deepEquals(alone.toArray(), expected.toArray());
        model.restore();
        assertSameTokens(model.generate(prefix, NEW_TOKENS, Set.of()), expected);
      }
      prefix.close();
    }
    assertThat(changed).isTrue();
  }

  /** Added tokens are continued as if they had been part of the prompt. */
  @Test
  void continuesLongTexts() {
    GoldenModel golden = new GoldenModel("llama");
    List<int[]> prompts = prompts(golden);
    try (TransformerModel model = golden.open()) {
      List<int[]> all = model.generate(prompts, 50, Set.of());
      List<int[]> longer = new ArrayList<>();
      List<int[]> rest = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        longer.add(
            IntStream.concat(Arrays.stream(prompts.get(i)), Arrays.stream(all.get(i), 0, 25))
                .toArray());
        rest.add(Arrays.copyOfRange(all.get(i), 25, 50));
      }
      assertSameTokens(model.generate(longer, 25, Set.of()), rest);
    }
  }

  /** Two layers of 2 heads of keys and of values, 8 features each, 4 prompts of up to 11 tokens. */
  @Test
  void countsTheKeysAndValuesOfTheLayersBefore() {
    GoldenModel golden = new GoldenModel("llama");
    try (TransformerModel model = golden.open();
        BatchState start = model.startGeneration(prompts(golden));
        BatchState prefix = model.advance(start, Stop.before(1))) {
      long hidden = 4L * 4 * 11 * 32;
      assertThat(start.bytes(Stop.before(0))).isEqualTo(hidden);
      assertThat(start.bytes(Stop.before(1))).isEqualTo(hidden + 4L * 4 * 11 * 2 * 2 * 8);
      assertThat(prefix.bytes(Stop.before(1))).isEqualTo(start.bytes(Stop.before(1)));
    }
  }

  @Test
  void refusesWhatIsNotToBeContinued() {
    try (TransformerModel model = new GoldenModel("llama").open();
        BatchState prompts = model.startGeneration(List.of(new int[60]));
        BatchState requests =
            model.startScoring(List.of(new ScoreRequest(new int[1], new int[1], new int[1])))) {
      assertThatThrownBy(() -> model.score(prompts)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> model.generate(requests, 1, Set.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> model.generate(prompts, model.contextLength() - 59, Set.of()))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("60 tokens with");
    }
    try (TransformerModel model = new GoldenModel("bert").open()) {
      assertThatThrownBy(() -> model.startGeneration(List.of(new int[1])))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  static List<String> causal() {
    return GoldenModel.names().stream()
        .filter(name -> !new GoldenModel(name).continuations().isEmpty())
        .toList();
  }

  private static List<int[]> prompts(GoldenModel golden) {
    return golden.continuations().stream().map(Continuation::prompt).toList();
  }

  private static List<Stop> stops(TransformerModel model) {
    List<Stop> stops = new ArrayList<>();
    for (int layer = 0; layer < model.layers(); layer++) {
      for (LayerPart part : LayerPart.values()) {
        stops.add(new Stop(layer, part));
      }
    }
    return stops;
  }

  /** Matrices of the layer that are used first at the stop, or behind it at a layer's input. */
  private static List<TensorInfo> matrices(GoldenModel golden, TransformerModel model, Stop stop) {
    List<TensorInfo> matrices =
        golden.checkpoint().tensors().stream()
            .filter(tensor -> tensor.name().contains("." + stop.layer() + "."))
            .filter(tensor -> tensor.shape().size() == 2)
            .filter(
                tensor ->
                    stop.next() == LayerPart.INPUT
                        || model.firstUse(List.of(tensor.name())).equals(stop))
            .toList();
    assertThat(matrices).isNotEmpty();
    return matrices;
  }

  private static FloatBuffer other(TensorInfo tensor) {
    FloatBuffer values =
        FloatBuffer.allocate(Math.toIntExact(tensor.shape().stream().reduce(1L, (a, b) -> a * b)));
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, (float) Math.sin(i));
    }
    return values;
  }

  private static void assertSameTokens(List<int[]> actual, List<int[]> expected) {
    assertThat(actual).containsExactlyElementsOf(expected);
  }
}

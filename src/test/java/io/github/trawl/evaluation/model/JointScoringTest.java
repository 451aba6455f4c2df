package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.trawl.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches that are scored together get the bits that each gets alone. */
class JointScoringTest {
  private static final int VOCABULARY = 320;

  @TempDir private Path folder;

  /** Batches with more, fewer and far fewer rows than are put together, and without any. */
  @ParameterizedTest
  @CsvSource({
    "bert, cls.predictions.transform.dense.weight",
    "distilbert, distilbert.transformer.layer.1.ffn.lin1.weight",
    "llama, model.layers.1.mlp.down_proj.weight",
    "gemma3, model.layers.2.self_attn.o_proj.weight",
    "gpt2, transformer.h.1.mlp.c_fc.weight",
    "gptj, transformer.h.1.mlp.fc_in.weight"
  })
  void givesTheBitsOfEachBatchAlone(String name, String patched) throws IOException {
    List<List<ScoreRequest>> requests = new ArrayList<>();
    Random random = new Random(3);
    for (int size : new int[] {64, 70, 127, 128, 3}) {
      requests.add(requests(random, size, 1));
    }
    requests.add(requests(random, 5, 0));
    requests.add(requests(random, 33, 3));
    try (TransformerModel model = WideModel.open(name, folder.resolve(name), 2)) {
      for (Stop stop : stops(model)) {
        List<BatchState> states = new ArrayList<>();
        for (List<ScoreRequest> batch : requests) {
          try (BatchState start = model.startScoring(batch)) {
            states.add(model.advance(start, stop));
          }
        }
        assertSameBits(model, states);
        if (stop.next().compareTo(LayerPart.ATTENTION) <= 0) {
          model.patch(patched, noise(patched));
          assertSameBits(model, states);
          model.restore();
        }
        states.forEach(BatchState::close);
      }
    }
  }

  private static List<Stop> stops(LanguageModel model) {
    int last = model.layers() - 1;
    return List.of(
        new Stop(last, LayerPart.ATTENTION),
        new Stop(last, LayerPart.FEED_FORWARD),
        new Stop(last, LayerPart.FEED_FORWARD_OUTPUT));
  }

  private static FloatBuffer noise(String tensor) {
    float[] values =
        new float
            [tensor.contains("transform.dense") || tensor.contains("o_proj")
                ? 256 * 256
                : 384 * 256];
    Random random = new Random(11);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 8;
    }
    return FloatBuffer.wrap(values);
  }

  private static void assertSameBits(LanguageModel model, List<BatchState> states) {
    List<List<TokenScores>> together = model.scoreTogether(states);
    assertThat(together).hasSameSizeAs(states);
    for (int i = 0; i < states.size(); i++) {
      List<TokenScores> alone = model.score(states.get(i));
      assertThat(together.get(i)).hasSameSizeAs(alone);
      for (int j = 0; j < alone.size(); j++) {
        assertThat(together.get(i).get(j).logProbabilities())
            .as("batch %d, sequence %d", i, j)
            .isEqualTo(alone.get(j).logProbabilities());
        assertThat(together.get(i).get(j).predictions()).isEqualTo(alone.get(j).predictions());
      }
    }
  }

  private static List<ScoreRequest> requests(Random random, int size, int read) {
    return IntStream.range(0, size)
        .mapToObj(
            i -> {
              int[] tokens = random.ints(6 + i % 7, 5, VOCABULARY).toArray();
              int[] positions =
                  IntStream.range(0, read).map(k -> (i + k) % tokens.length).toArray();
              return new ScoreRequest(
                  tokens, positions, Arrays.stream(positions).map(p -> 5 + p * 7).toArray());
            })
        .toList();
  }

  /** What may go together, and what must not. */
  @Test
  void putsBatchesOfFewRowsTogether() throws IOException {
    Random random = new Random(5);
    try (TransformerModel model = WideModel.open("bert", folder.resolve("bert"), 1)) {
      assumeTrue(FewRowProducts.hasIndependentRows(64, 256, 256), "no AVX-512");
      TransformerSpec spec =
          ModelFamilies.describe(
              Checkpoint.open(
                  new org.apache.hadoop.fs.Path(folder.resolve("bert").toUri()),
                  new Configuration()));
      JointRows rows = new JointRows(spec, NumberType.FLOAT32);
      List<NativeBatchState> states =
          IntStream.of(64, 64, 64, 64, 64, 64, 64, 64, 64, 10, 64, 128, 64)
              .mapToObj(size -> model.startScoring(requests(random, size, 1)))
              .toList();
      assertThat(rows.count(states, 0)).isEqualTo(8); // 512 rows
      assertThat(rows.count(states, 8)).isEqualTo(1); // The next has too few for a large product.
      assertThat(rows.count(states, 9)).isEqualTo(1);
      assertThat(rows.count(states, 10)).isEqualTo(1); // oneDNN computes those of the next.
      assertThat(rows.count(states, 12)).isEqualTo(1); // It is the last.
      assertThat(new JointRows(spec, NumberType.BFLOAT16).count(states, 0)).isEqualTo(1);
      // The head takes 158 and 67 rows of these vocabularies at a time.
      assertThat(withVocabulary(spec, 105_879).count(states, 0)).isEqualTo(2);
      assertThat(withVocabulary(spec, 250_002).count(states, 0)).isEqualTo(1);
      states.forEach(NativeBatchState::close);
    }
  }

  private static JointRows withVocabulary(TransformerSpec spec, int vocabulary) {
    OutputHeadSpec head = spec.head();
    return new JointRows(
        new TransformerSpec(
            spec.kind(),
            spec.context(),
            spec.embedding(),
            spec.blocks(),
            new OutputHeadSpec(
                head.norm(),
                head.transform(),
                head.activation(),
                head.transformNorm(),
                head.decoder(),
                vocabulary,
                head.width(),
                head.bias(),
                head.softCap())),
        NumberType.FLOAT32);
  }

  @Test
  void refusesPrompts() throws IOException {
    try (TransformerModel model = WideModel.open("llama", folder.resolve("llama"), 1);
        BatchState prompts = model.startGeneration(List.of(new int[] {5, 6}))) {
      assertThatThrownBy(() -> model.scoreTogether(List.of(prompts)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("can only be continued");
    }
  }
}

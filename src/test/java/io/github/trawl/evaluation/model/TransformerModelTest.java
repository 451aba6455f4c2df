package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.GoldenModel.Batch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerModelTest {
  @ParameterizedTest
  @ValueSource(strings = {"bert", "llama", "gemma2"})
  void scoresTargetsByTheSoftmaxOfTheLogits(String name) {
    GoldenModel golden = new GoldenModel(name);
    Batch batch = golden.batches().get(0);
    try (TransformerModel model = golden.open()) {
      List<TokenScores> scores = model.score(requests(batch.tokens()));
      for (int i = 0; i < scores.size(); i++) {
        float[][] logits = batch.logits().get(i);
        int[] tokens = batch.tokens().get(i);
        for (int position = 0; position < tokens.length; position++) {
          assertThat(scores.get(i).logProbabilities()[position])
              .isCloseTo(logProbability(logits[position], tokens[position]), within(1e-4));
          assertThat(scores.get(i).predictions()[position]).isEqualTo(largest(logits[position]));
        }
      }
    }
  }

  @Test
  void answersInTheOrderOfThePositions() {
    try (TransformerModel model = new GoldenModel("llama").open()) {
      int[] tokens = {5, 6, 7, 8};
      TokenScores scores =
          model
              .score(
                  List.of(
                      new ScoreRequest(tokens, new int[] {3, 0, 3}, new int[] {9, 10, 11}),
                      new ScoreRequest(new int[] {5, 6}, new int[0], new int[0])))
              .get(0);
      for (int i = 0; i < 3; i++) {
        TokenScores alone =
            model
                .score(
                    List.of(
                        new ScoreRequest(tokens, new int[] {3 * (1 - i % 2)}, new int[] {9 + i})))
                .get(0);
        assertThat(scores.logProbabilities()[i])
            .isCloseTo(alone.logProbabilities()[0], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2", "mistral"})
  void doesNotDependOnTheBatch(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> tokens = golden.batches().get(0).tokens();
    try (TransformerModel model = golden.open()) {
      List<TokenScores> together = model.score(requests(tokens));
      for (int i = 0; i < tokens.size(); i++) {
        TokenScores alone = model.score(requests(tokens.subList(i, i + 1))).get(0);
        assertThat(alone.logProbabilities())
            .containsExactly(together.get(i).logProbabilities(), within(2e-5));
      }
    }
  }

  /** With so many tokens, PyTorch splits every operation among its threads. */
  @ParameterizedTest
  @ValueSource(
      strings = {"bert", "llama", "gpt_neox", "gpt2", "gemma2", "gemma3", "phi", "opt", "qwen3"})
  void threadsChangeNoBit(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> tokens = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      int first = i;
      tokens.add(IntStream.range(0, 60 - i % 5).map(j -> 5 + (first * 7 + j * 3) % 30).toArray());
    }
    for (NumberType type : List.of(NumberType.FLOAT32, NumberType.BFLOAT16)) {
      List<List<double[]>> scores = new ArrayList<>();
      for (int threads : new int[] {1, 2, 3}) {
        try (LanguageModel model =
            LanguageModels.open(
                golden.checkpoint(), new Configuration(), Placement.cpu(threads), type)) {
          scores.add(
              model.score(requests(tokens)).stream().map(TokenScores::logProbabilities).toList());
        }
      }
      for (List<double[]> each : scores) {
        assertThat(each.toArray(double[][]::new))
            .isDeepEqualTo(scores.get(0).toArray(double[][]::new));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "gemma3", "opt-350m"})
  void continuesFromAnyLayerWithTheSameBits(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<ScoreRequest> batch = requests(golden.batches().get(0).tokens());
    try (TransformerModel model = golden.open()) {
      List<TokenScores> expected = model.score(batch);
      for (int layer = 0; layer < model.layers(); layer++) {
        try (BatchState start = model.startScoring(batch);
            BatchState prefix = model.advance(start, Stop.before(layer))) {
          assertThat(prefix.stop()).isEqualTo(Stop.before(layer));
          assertThat(prefix.bytes(prefix.stop())).isEqualTo(4L * batch.size() * 11 * 32);
          for (int again = 0; again < 2; again++) {
            assertSameBits(model.score(prefix), expected);
          }
        }
      }
      try (BatchState start = model.startScoring(batch)) {
        assertThatThrownBy(() -> model.advance(start, Stop.before(model.layers())))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  /**
   * After the last attention only the requested tokens are computed; their values must not change.
   */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "gemma2", "gptj", "gpt_neox", "phi", "opt-350m"})
  void readsSomeTokensAsIfItReadAll(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> tokens = golden.batches().get(0).tokens();
    List<ScoreRequest> some = new ArrayList<>();
    for (int[] each : tokens) {
      int last = each.length - 1;
      some.add(new ScoreRequest(each, new int[] {last, 0, last}, new int[] {7, each[0], 8}));
    }
    try (TransformerModel model = golden.open()) {
      List<float[][]> logits = model.logits(tokens);
      List<TokenScores> scores = model.score(some);
      for (int i = 0; i < some.size(); i++) {
        for (int j = 0; j < 3; j++) {
          float[] row = logits.get(i)[some.get(i).positions()[j]];
          assertThat(scores.get(i).logProbabilities()[j])
              .isCloseTo(logProbability(row, some.get(i).targets()[j]), within(2e-5));
          assertThat(scores.get(i).predictions()[j]).isEqualTo(largest(row));
        }
      }
    }
  }

  @Test
  void stopsBeforeAStopToken() {
    GoldenModel golden = new GoldenModel("llama");
    List<int[]> prompts =
        golden.continuations().stream().map(GoldenModel.Continuation::prompt).toList();
    int[] whole = golden.continuations().get(0).added();
    try (TransformerModel model = golden.open()) {
      List<int[]> added = model.generate(prompts, whole.length, Set.of(whole[2]));
      int end = IntStream.range(0, 3).filter(i -> whole[i] == whole[2]).findFirst().orElseThrow();
      assertThat(added.get(0)).isEqualTo(Arrays.copyOf(whole, end));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (TransformerModel model = new GoldenModel("gpt2").open()) {
      assertThat(model.contextLength()).isEqualTo(64);
      assertThatThrownBy(() -> model.score(requests(List.of(new int[65]))))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("gpt2/: a sequence of 65 tokens is longer than")
          .hasMessageContaining("context of 64");
      assertThatThrownBy(() -> model.generate(List.of(new int[60]), 5, Set.of()))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("60 tokens with 5 more");
      assertThat(model.generate(List.of(new int[60]), 4, Set.of()).get(0)).hasSize(4);
      assertThatThrownBy(() -> model.score(requests(List.of(new int[] {40}))))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("token 40 is not one of the 40");
    }
    try (TransformerModel model = new GoldenModel("roberta").open()) {
      // Row 1 of 64 belongs to the padding, counting starts behind it.
      assertThat(model.contextLength()).isEqualTo(62);
      assertThatThrownBy(() -> model.generate(List.of(new int[] {3}), 1, Set.of()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void namesTheModelWhoseLogitsAreNotNumbers() {
    GoldenModel golden = new GoldenModel("gpt2");
    try (TransformerModel model = golden.open()) {
      float[] values = new float[32 * 48];
      values[7] = Float.NaN;
      model.patch("transformer.h.0.mlp.c_fc.weight", FloatBuffer.wrap(values));
      assertThatThrownBy(() -> model.score(requests(List.of(new int[] {3, 4}))))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("gpt2/: the model computes NaN");
      assertThatThrownBy(() -> model.generate(List.of(new int[] {3, 4}), 2, Set.of()))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("gpt2/: the model computes NaN");
    }
  }

  @Test
  void saysThatFloat16MayBeTooSmall() {
    GoldenModel golden = new GoldenModel("gpt2");
    try (LanguageModel model =
        LanguageModels.open(
            golden.checkpoint(), new Configuration(), Placement.cpu(1), NumberType.FLOAT16)) {
      float[] values = new float[32 * 48];
      Arrays.fill(values, 60_000);
      model.patch("transformer.h.0.mlp.c_fc.weight", FloatBuffer.wrap(values));
      assertThatThrownBy(() -> model.score(requests(List.of(new int[] {3, 4}))))
          .isInstanceOf(NotANumberException.class)
          .hasMessageContaining("a number exceeds 65504")
          .hasMessageContaining("--dtype bfloat16");
    }
  }

  /** The result of an operation belongs to the scope of its first operand, often a weight. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "gemma2", "gpt2", "gptj", "llama", "opt-350m"})
  void leavesNoArrayWithTheWeights(String name) {
    GoldenModel golden = new GoldenModel(name);
    TensorScope manager = TorchEngine.scope(Placement.cpu(1));
    WeightStore weights = new WeightStore(golden.checkpoint(), manager, NumberType.FLOAT32);
    Transformer transformer =
        new Transformer(
            ModelFamilies.of(golden.checkpoint()).describe(new ModelConfig(golden.checkpoint())),
            weights);
    weights.load(new Configuration());
    try (TransformerModel model =
        new TransformerModel(
            name,
            transformer,
            weights,
            manager,
            NumberType.FLOAT32,
            GenerationSettings.read(golden.checkpoint(), new Configuration()))) {
      int before = manager.tensorCount();
      model.score(requests(golden.batches().get(0).tokens()));
      if (model.kind() == ModelKind.CAUSAL) {
        model.generate(golden.batches().get(0).tokens(), 2, Set.of());
      }
      assertThat(manager.tensorCount()).isEqualTo(before);
    }
  }

  /**
   * An array that is not freed keeps its Java side as well: some 300 bytes, 700 times in each
   * window. What other threads of the process take does not grow in every window.
   */
  @Test
  @Tag("slow")
  void keepsNoMemoryFromBatchToBatch() {
    GoldenModel golden = new GoldenModel("llama");
    List<int[]> prompts = golden.batches().get(1).tokens();
    List<ScoreRequest> batch = requests(prompts);
    try (TransformerModel model = golden.open()) {
      run(model, batch, prompts, 500);
      long least = Long.MAX_VALUE;
      for (int window = 0; window < 3; window++) {
        long before = usedHeap();
        run(model, batch, prompts, 700);
        least = Math.min(least, usedHeap() - before);
      }
      assertThat(least).isLessThan(140_000);
    }
  }

  private static void run(
      TransformerModel model, List<ScoreRequest> batch, List<int[]> prompts, int times) {
    for (int i = 0; i < times; i++) {
      try (BatchState start = model.startScoring(batch);
          BatchState prefix = model.advance(start, new Stop(1, LayerPart.FEED_FORWARD))) {
        model.score(prefix);
      }
      if (i % 10 == 0) {
        model.generate(prompts, 3, Set.of());
        model.patch("model.norm.weight", FloatBuffer.allocate(32));
        model.restore();
      }
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static List<ScoreRequest> requests(List<int[]> tokens) {
    List<ScoreRequest> requests = new ArrayList<>();
    for (int[] each : tokens) {
      requests.add(new ScoreRequest(each, IntStream.range(0, each.length).toArray(), each));
    }
    return requests;
  }

  private static void assertSameBits(List<TokenScores> actual, List<TokenScores> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).logProbabilities())
          .containsExactly(expected.get(i).logProbabilities());
      assertThat(actual.get(i).predictions()).isEqualTo(expected.get(i).predictions());
    }
  }

  private static double logProbability(float[] logits, int token) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    return logits[token] - Math.log(sum);
  }

  private static int largest(float[] logits) {
    return IntStream.range(0, logits.length)
        .reduce((best, next) -> logits[next] > logits[best] ? next : best)
        .orElseThrow();
  }
}

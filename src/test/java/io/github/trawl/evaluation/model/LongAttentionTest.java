package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sequences whose scores are computed in several blocks of queries, against sums in float64 over
 * each key that a query sees.
 */
class LongAttentionTest {
  private static final String LAYER = "model.layers.0.self_attn.";
  private static final int HIDDEN = 32;
  private static final int HEADS = 4;
  private static final int GROUPS = 2;
  private static final int SIZE = 8;

  @ParameterizedTest
  @CsvSource({
    "true, 1600, 0, 0",
    "true, 3000, 0, 0",
    "true, 1600, 100, 0",
    "true, 1600, 0, 2.5",
    "false, 1600, 0, 0",
    "true, 1448, 0, 0"
  })
  void isWhatTheSumsSay(boolean causal, int tokens, int window, double softCap) {
    GoldenModel golden = new GoldenModel("llama");
    AttentionSpec spec =
        AttentionSpec.builder(HEADS, GROUPS, SIZE)
            .input(List.of(LAYER + "q_proj", LAYER + "k_proj", LAYER + "v_proj"), HIDDEN, false)
            .window(window)
            .softCap(softCap)
            .output(LAYER + "o_proj", HIDDEN, false)
            .build();
    try (TensorScope manager = TorchEngine.scope(Placement.cpu(1))) {
      WeightStore weights = new WeightStore(golden.checkpoint(), manager, NumberType.FLOAT32);
      Attention attention = new Attention(spec, weights);
      weights.load(new Configuration());
      float[] values = new float[tokens * HIDDEN];
      Random random = new Random(7);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      NativeTensor hidden = manager.create(values, 1, tokens, HIDDEN);
      int before = manager.tensorCount();
      TokenBatch batch = new TokenBatch(List.of(new int[tokens]));
      float[] mixed;
      try (TensorScope scope = manager.newScope()) {
        NativeTensor own = hidden.alias();
        own.attach(scope);
        AttentionContext context = AttentionContext.whole(scope, causal, batch);
        mixed =
            attention
                .headOutputs(own, new LayerContext(context, null, WantedTokens.ALL))
                .toFloatArray();
      }
      assertThat(manager.tensorCount()).isEqualTo(before);
      double[][] queries = projected(weights, "q_proj", values, HEADS * SIZE);
      double[][] keys = projected(weights, "k_proj", values, GROUPS * SIZE);
      double[][] states = projected(weights, "v_proj", values, GROUPS * SIZE);
      for (int query : new int[] {0, 1, 50, 700, 1310, 1311, 1447, tokens - 1}) {
        for (int head = 0; head < HEADS; head++) {
          double[] expected =
              expected(queries[query], keys, states, head, query, causal, window, softCap);
          for (int i = 0; i < SIZE; i++) {
            assertThat(mixed[(query * HEADS + head) * SIZE + i])
                .isCloseTo((float) expected[i], within(2e-5f));
          }
        }
      }
    }
  }

  /**
   * The scores of all heads before and after the softmax are gone when the layer goes on, in
   * float32 with a soft cap and in 16-bit numbers, both with a mask.
   */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 2.5", "BFLOAT16, 0", "BFLOAT16, 2.5"})
  void keepsNoScores(NumberType type, double softCap) {
    int tokens = 300;
    GoldenModel golden = new GoldenModel("llama");
    AttentionSpec spec =
        AttentionSpec.builder(HEADS, GROUPS, SIZE)
            .input(List.of(LAYER + "q_proj", LAYER + "k_proj", LAYER + "v_proj"), HIDDEN, false)
            .softCap(softCap)
            .output(LAYER + "o_proj", HIDDEN, false)
            .build();
    try (TensorScope manager = TorchEngine.scope(Placement.cpu(1))) {
      WeightStore weights = new WeightStore(golden.checkpoint(), manager, type);
      Attention attention = new Attention(spec, weights);
      weights.load(new Configuration());
      TokenBatch batch = new TokenBatch(List.of(new int[tokens]));
      try (TensorScope common = manager.newScope();
          TensorScope layer = manager.newScope()) {
        AttentionContext context = AttentionContext.whole(common, true, batch);
        NativeTensor hidden =
            layer.create(new float[tokens * HIDDEN], 1, tokens, HIDDEN).as(type.scalarType());
        attention.headOutputs(hidden, new LayerContext(context, null, WantedTokens.ALL));
        assertThat(layer.bytes()).isLessThan((long) Float.BYTES * HEADS * tokens * tokens);
      }
    }
  }

  private static double[] expected(
      double[] query,
      double[][] keys,
      double[][] values,
      int head,
      int position,
      boolean causal,
      int window,
      double softCap) {
    int group = head * GROUPS / HEADS;
    int first = window == 0 ? 0 : Math.max(0, position - window + 1);
    int last = causal ? position : keys.length - 1;
    double[] mixed = new double[SIZE];
    double sum = 0;
    for (int key = first; key <= last; key++) {
      double score = 0;
      for (int i = 0; i < SIZE; i++) {
        score += query[head * SIZE + i] * keys[key][group * SIZE + i];
      }
      score /= Math.sqrt(SIZE);
      double weight = Math.exp(softCap == 0 ? score : softCap * Math.tanh(score / softCap));
      sum += weight;
      for (int i = 0; i < SIZE; i++) {
        mixed[i] += weight * values[key][group * SIZE + i];
      }
    }
    for (int i = 0; i < SIZE; i++) {
      mixed[i] /= sum;
    }
    return mixed;
  }

  private static double[][] projected(
      WeightStore weights, String map, float[] hidden, int outputs) {
    float[] weight = weights.matrix(LAYER + map + ".weight", outputs, HIDDEN).toFloatArray();
    double[][] all = new double[hidden.length / HIDDEN][outputs];
    for (int token = 0; token < all.length; token++) {
      for (int output = 0; output < outputs; output++) {
        for (int i = 0; i < HIDDEN; i++) {
          all[token][output] += (double) weight[output * HIDDEN + i] * hidden[token * HIDDEN + i];
        }
      }
    }
    return all;
  }
}

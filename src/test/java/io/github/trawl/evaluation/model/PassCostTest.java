package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tiny models of hidden size 32; products are counted by hand, a multiplication and addition as 2.
 */
class PassCostTest {
  /** 11 tokens, of which one is read. */
  @Test
  void countsBert() {
    GoldenModel golden = new GoldenModel("bert");
    PassCost cost = LanguageModels.cost(golden.checkpoint(), NumberType.FLOAT32);
    double vocabularyAndTransform = 2 * (40 * 32 + 32 * 32);
    double feedForward = 2 * 2 * 32 * inner(golden);
    double scores = 4 * 11 * 32;
    double last =
        2 * 11 * 32 * 64
            + 2 * 32 * 32
            + scores
            + 2 * 32 * 32
            + feedForward
            + vocabularyAndTransform;
    double first = 11 * (2 * 32 * 96 + scores + 2 * 32 * 32 + feedForward);
    assertThat(cost.operations(Stop.before(0), 11, 1)).isEqualTo(first + last);
    assertThat(cost.operations(Stop.before(1), 11, 1)).isEqualTo(last);
    assertThat(cost.operations(new Stop(1, LayerPart.ATTENTION), 11, 1)).isEqualTo(last);
    assertThat(cost.operations(new Stop(1, LayerPart.ATTENTION_OUTPUT), 11, 1))
        .isEqualTo(2 * 32 * 32 + feedForward + vocabularyAndTransform);
    assertThat(cost.operations(new Stop(1, LayerPart.FEED_FORWARD), 11, 1))
        .isEqualTo(feedForward + vocabularyAndTransform);
    assertThat(cost.operations(new Stop(1, LayerPart.FEED_FORWARD_OUTPUT), 11, 1))
        .isEqualTo(feedForward / 2 + vocabularyAndTransform);
    assertThat(cost.operations(new Stop(0, LayerPart.FEED_FORWARD), 11, 1))
        .isEqualTo(11 * feedForward + last);
  }

  /**
   * Queries, keys and values of a head lie side by side, and both halves read the layer's input.
   */
  @Test
  void countsLayersWhoseHalvesStandSideBySide() {
    GoldenModel golden = new GoldenModel("gpt_neox");
    PassCost cost = LanguageModels.cost(golden.checkpoint(), NumberType.FLOAT32);
    double vocabulary = 2 * 40 * 32;
    double feedForward = 2 * 2 * 32 * inner(golden);
    double attention = 2 * 11 * 32 * 96 + 4 * 11 * 32 + 2 * 32 * 32;
    assertThat(cost.operations(new Stop(1, LayerPart.ATTENTION), 11, 1))
        .isEqualTo(attention + vocabulary);
    assertThat(cost.operations(Stop.before(1), 11, 1))
        .isEqualTo(attention + feedForward + vocabulary);
  }

  @Test
  void countsAllTokensWhereManyAreRead() {
    GoldenModel golden = new GoldenModel("gpt2");
    PassCost cost = LanguageModels.cost(golden.checkpoint(), NumberType.FLOAT32);
    double inner = inner(golden);
    assertThat(cost.operations(Stop.before(1), 11, 6))
        .isEqualTo(
            11 * (2 * 32 * 96 + 4 * 11 * 32)
                + 6 * (2 * 32 * 32 + 2 * 2 * 32 * inner)
                + 6 * 2 * 40 * 32);
    double one = 2 * 32 * 96 + 4 * 32 + 2 * 32 * 32 + 2 * 2 * 32 * inner;
    assertThat(cost.nextToken(10)).isEqualTo(2 * (one + 4 * 10 * 32) + 2 * 40 * 32);
  }

  /**
   * Four prompts of at most 9 tokens and 5 more: two states of 32 numbers for each token, and in
   * both layers 2 heads of keys and 2 of values with 8 numbers, for 16 tokens more. Longer texts
   * have room for half as many more.
   */
  @Test
  void countsContinuedPrompts() {
    GoldenModel golden = new GoldenModel("llama");
    PassCost cost = LanguageModels.cost(golden.checkpoint(), NumberType.FLOAT32);
    assertThat(cost.continuedBytes(4, 9, 5))
        .isEqualTo(4 * (2 * 4 * 9 * 32 + 2 * 4 * (9 + 5 + 16) * (4 * 8)));
    assertThat(
            LanguageModels.cost(golden.checkpoint(), NumberType.BFLOAT16).continuedBytes(1, 90, 10))
        .isEqualTo(2 * (2 * 90 * 32 + 2 * 150 * (4 * 8)));
    List<int[]> prompts = List.of(new int[9], new int[3], new int[9], new int[1]);
    try (TransformerModel model = golden.open();
        BatchState start = model.startGeneration(prompts, 5)) {
      assertThat(cost.continuedBytes(4, 9, 5))
          .isEqualTo(2 * start.bytes(start.stop()) + start.continuedCacheBytes(5));
    }
  }

  /** 11 tokens, of which two are read, with 32 features and keys and values of as many. */
  @Test
  void countsWhatABatchHolds() {
    GoldenModel golden = new GoldenModel("gpt2");
    PassCost cost = LanguageModels.cost(golden.checkpoint(), NumberType.FLOAT32);
    long inner = (long) inner(golden);
    assertThat(cost.stateBytes(Stop.before(1), 11, 2, false)).isEqualTo(4 * 11 * 32);
    assertThat(cost.stateBytes(new Stop(0, LayerPart.FEED_FORWARD_OUTPUT), 11, 2, false))
        .isEqualTo(4 * 11 * (32 + inner));
    Stop last = new Stop(1, LayerPart.FEED_FORWARD_OUTPUT);
    assertThat(cost.stateBytes(last, 11, 2, false)).isEqualTo(4 * 2 * (32 + inner));
    assertThat(cost.stateBytes(last, 11, 2, true)).isEqualTo(4 * (2 * (32 + inner) + 2 * 11 * 64));
    assertThat(cost.stateBytes(last, 11, 0, false)).isEqualTo(4 * 11 * 32);
    // Seven tokens of three sequences, with the least room to grow, that for 16.
    assertThat(cost.continuedCacheBytes(3, 5, 2)).isEqualTo(4 * 3 * (7 + 16) * 2 * 64);
    PassCost halves = LanguageModels.cost(golden.checkpoint(), NumberType.BFLOAT16);
    assertThat(halves.stateBytes(Stop.before(1), 11, 2, false)).isEqualTo(2 * 11 * 32);
    assertThat(halves.continuedCacheBytes(3, 90, 10)).isEqualTo(2 * 3 * 150 * 2 * 64);
  }

  @Test
  void findsWhereTensorsAreUsed() {
    PassCost cost = LanguageModels.cost(new GoldenModel("gpt2").checkpoint(), NumberType.FLOAT32);
    assertThat(cost.firstUse(List.of("transformer.h.1.mlp.c_fc.weight")))
        .isEqualTo(new Stop(1, LayerPart.FEED_FORWARD));
  }

  private static double inner(GoldenModel golden) {
    return ModelFamilies.describe(golden.checkpoint())
        .blocks()
        .get(0)
        .feedForward()
        .down()
        .inputs();
  }
}

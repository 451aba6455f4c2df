package io.github.trawl.evaluation.model;

import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A transformer. It is used by one thread at a time. All its weights are in memory, or those
 * outside the layers and those of one layer at a time, which are read when the layer runs.
 *
 * <p>A batch is padded to its longest sequence; padding changes no score beyond float rounding.
 */
public interface LanguageModel extends AutoCloseable {
  /**
   * The most pairs of a query and a key of a batch whose scores each head computes at a time. One
   * query of each sequence is computed at a time at least, however many keys it sees. A batch that
   * has no more pairs is computed as a whole.
   */
  int MOST_PAIRS = 1 << 21;

  /** Returns whether the model predicts next or masked tokens. */
  ModelKind kind();

  /** The number of tokens that have a logit. */
  int vocabularySize();

  /** The most tokens that a sequence may have. */
  int contextLength();

  /** The number of transformer layers. */
  int layers();

  /** Bytes of memory that the weights take, at most, without copies of patched ones. */
  long bytes();

  /**
   * Scores one batch.
   *
   * @return the scores of each request, in their order
   * @throws io.github.trawl.TrawlException if a logit is NaN, naming the model, a sequence is
   *     longer than the context, or a token id is not one of the model's
   */
  List<TokenScores> score(List<ScoreRequest> batch);

  /**
   * Returns a batch before the first layer, which can be advanced, and scored several times while
   * the model is patched.
   *
   * @throws io.github.trawl.TrawlException if a sequence is longer than the context, or a token id
   *     is not one of the model's
   */
  BatchState startScoring(List<ScoreRequest> batch);

  /**
   * Returns prompts before the first layer, which can be advanced, and continued several times
   * while the model is patched.
   *
   * @param prompts token ids with all special tokens
   * @throws IllegalStateException if the model is not causal
   * @throws io.github.trawl.TrawlException if a prompt is longer than the context, or a token id is
   *     not one of the model's
   */
  default BatchState startGeneration(List<int[]> prompts) {
    return startGeneration(prompts, Integer.MAX_VALUE);
  }

  /**
   * Returns prompts before the first layer that are continued by at most {@code newTokens} tokens
   * each; keys and values are kept only if that is more than 1.
   */
  BatchState startGeneration(List<int[]> prompts, int newTokens);

  /**
   * Returns a stop that a batch reaches without using any of these tensors. It is the last such
   * stop if all of them are weights or biases of linear maps in layers, else the input of the first
   * layer.
   *
   * @param tensors names in the checkpoint; none of the embedding, which is used before any stop
   * @return for no tensors, the last stop of the last layer
   */
  Stop firstUse(Collection<String> tensors);

  /**
   * Runs the layers from {@code earlier.stop()} up to {@code stop}.
   *
   * @param stop {@code earlier.stop()} or a later one, in a layer of the model
   * @return a state that stays valid when {@code earlier} is closed. If the requests of the batch
   *     read no logits, it stops at the input of the last layer at the latest
   */
  BatchState advance(BatchState earlier, Stop stop);

  /**
   * Runs the rest of the layers; the scores have the same bits as those of {@link #score(List)}.
   *
   * @param start from {@link #startScoring}, as it is or advanced; not changed
   * @throws io.github.trawl.TrawlException if a logit is NaN, naming the model
   */
  List<TokenScores> score(BatchState start);

  /**
   * Runs the rest of the layers of several batches, some of which may go through the end of the
   * last layer together.
   *
   * @param batches from {@link #startScoring}, as they are or advanced; not changed
   * @return for each batch the scores that {@link #score(BatchState)} gives, with the same bits
   * @throws io.github.trawl.TrawlException if a logit is NaN, naming the model
   */
  default List<List<TokenScores>> scoreTogether(List<BatchState> batches) {
    return batches.stream().map(this::score).toList();
  }

  /**
   * Runs the rest of the layers and continues greedily, giving the same tokens as {@link
   * #generate(List, int, Set)}.
   *
   * @param prompts from {@link #startGeneration}, as it is or advanced; not changed
   * @throws IllegalArgumentException if the prompts were started for one token and get more
   * @throws io.github.trawl.TrawlException if a prompt and its continuation don't fit the context,
   *     or a logit is NaN
   */
  default List<int[]> generate(BatchState prompts, int newTokens, Set<Integer> stopTokens) {
    return generateTogether(List.of(prompts), newTokens, stopTokens).get(0);
  }

  /**
   * Continues several batches greedily, taking all of them through a layer before the next.
   *
   * @param batches from {@link #startGeneration}; left as they are
   * @return for each batch what {@link #generate(BatchState, int, Set)} gives
   * @throws IllegalArgumentException if prompts were started for one token and get more
   * @throws io.github.trawl.TrawlException if a prompt and its continuation don't fit the context,
   *     or a logit is NaN
   */
  List<List<int[]>> generateTogether(
      List<BatchState> batches, int newTokens, Set<Integer> stopTokens);

  /**
   * Continues each prompt greedily, with the repetition penalty that the model's files name.
   *
   * @param prompts token ids with all special tokens; prompt and continuation together fit the
   *     context
   * @param newTokens the most tokens to add
   * @param stopTokens ids that end a continuation; not part of it
   * @return the added tokens of each prompt
   * @throws IllegalStateException if the model is not causal
   * @throws io.github.trawl.TrawlException if a prompt and its continuation don't fit the context,
   *     a token id is not one of the model's, a logit is NaN, or {@link
   *     LanguageModels#requireGeneration} fails
   */
  List<int[]> generate(List<int[]> prompts, int newTokens, Set<Integer> stopTokens);

  /**
   * Replaces the weights of one stored tensor until {@link #restore}.
   *
   * @param tensor the name of the tensor in the checkpoint
   * @param values all values of the tensor in its stored layout; they must not change before {@link
   *     #restore}, since a model that is not all in memory reads them again
   */
  void patch(String tensor, FloatBuffer values);

  /**
   * Replaces the weights of one stored tensor until {@link #restore} by values that are supplied
   * each time that the tensor has been read into memory.
   */
  default void patch(String tensor, Supplier<FloatBuffer> values) {
    patch(tensor, values.get());
  }

  /** Puts all patched tensors back, bit for bit. */
  void restore();

  @Override
  void close();
}

package io.github.trawl.evaluation.model;

import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A transformer in memory, computing in float32. It is used by one thread at a time.
 *
 * <p>A batch is padded to its longest sequence; padding changes no score beyond float rounding.
 */
public interface LanguageModel extends AutoCloseable {
  /** Whether it predicts next or masked tokens. */
  ModelKind kind();

  /** The number of tokens that have a logit. */
  int vocabularySize();

  /** The most tokens that a sequence may have. */
  int contextLength();

  /** The number of transformer layers. */
  int layers();

  /** Bytes of memory that the weights take. */
  long bytes();

  /**
   * Scores one batch.
   *
   * @throws io.github.trawl.TrawlException if a logit is NaN, naming the model, or a sequence is
   *     longer than the context
   */
  List<TokenScores> score(List<ScoreRequest> batch);

  /**
   * A batch before the first layer, to be scored several times while later layers change.
   *
   * @throws io.github.trawl.TrawlException if a sequence is longer than the context
   */
  Prefix prefix(List<ScoreRequest> batch);

  /**
   * Prompts before the first layer, to be continued several times while later layers change.
   *
   * @param prompts token ids with all special tokens
   * @throws IllegalStateException if the model is not causal
   * @throws io.github.trawl.TrawlException if a prompt is longer than the context
   */
  Prefix promptPrefix(List<int[]> prompts);

  /**
   * A stop that a batch reaches without using any of these tensors: the last one of that kind if
   * all are weights or biases of linear maps, else the first stop of all.
   *
   * @param tensors names in the checkpoint; none of the embedding, which runs before the first stop
   * @return the last stop of all for no tensors
   */
  Stop firstUse(Collection<String> tensors);

  /**
   * Runs the layers from {@code earlier.stop()} up to {@code stop}.
   *
   * @param stop {@code earlier.stop()} or a later one, in a layer of the model
   * @return a prefix that stays valid when {@code earlier} is closed; at the input of the last
   *     layer, even if {@code stop} is later, if no logit of the batch is wanted
   */
  Prefix advance(Prefix earlier, Stop stop);

  /**
   * Runs the rest of the layers; the scores have the same bits as those of {@link #score(List)}.
   *
   * @param prefix from {@link #prefix}; left as it is
   * @throws io.github.trawl.TrawlException if a logit is NaN, naming the model
   */
  List<TokenScores> score(Prefix prefix);

  /**
   * Runs the rest of the layers and continues greedily, giving the same tokens as {@link
   * #generate(List, int, Set)}.
   *
   * @param prompts from {@link #promptPrefix}; left as it is
   * @throws io.github.trawl.TrawlException if a prompt and its continuation don't fit the context,
   *     or a logit is NaN
   */
  List<int[]> generate(Prefix prompts, int newTokens, Set<Integer> stopTokens);

  /**
   * Continues each prompt greedily.
   *
   * @param prompts token ids with all special tokens; prompt and continuation together fit the
   *     context
   * @param newTokens the most tokens to add
   * @param stopTokens ids that end a continuation; not part of it
   * @throws IllegalStateException if the model is not causal
   */
  List<int[]> generate(List<int[]> prompts, int newTokens, Set<Integer> stopTokens);

  /**
   * Replaces the weights of one stored tensor until {@link #restore}.
   *
   * @param tensor its name in the checkpoint
   * @param values float32 in the stored layout, as many as the tensor has
   */
  void patch(String tensor, FloatBuffer values);

  /** Puts all patched tensors back, bit for bit. */
  void restore();

  @Override
  void close();
}

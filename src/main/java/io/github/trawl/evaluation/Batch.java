package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Questions that go through the model together.
 *
 * @param indices the index of each question in the list that {@link #form} was given
 * @param questions the questions
 * @param paddedTokens tokens of the longest question times the number of questions
 * @param <Q> the type of a question
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
record Batch<Q extends Serializable>(int[] indices, List<Q> questions, int paddedTokens)
    implements Serializable {
  /**
   * The most tokens, padding included, in a batch of several questions, whatever batch size the
   * user asks for. It bounds the memory that a layer takes.
   */
  static final int MOST_TOKENS = 4096;

  /**
   * Forms batches of questions of like length, the longest first.
   *
   * <p>The batches depend on the questions and {@code most} alone, so that padding, which affects
   * the last bits of the scores, is the same on any cluster.
   *
   * @param tokens gives the number of tokens of a question
   * @param most the most questions in a batch, at least 1; a batch of several questions is smaller
   *     where it would exceed {@link #MOST_TOKENS} or {@link LanguageModel#MOST_PAIRS}
   */
  static <Q extends Serializable> List<Batch<Q>> form(
      List<Q> questions, ToIntFunction<Q> tokens, int most) {
    int[] order =
        IntStream.range(0, questions.size())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(i -> -tokens.applyAsInt(questions.get(i)))
                    .thenComparing(Comparator.naturalOrder()))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Batch<Q>> batches = new ArrayList<>();
    for (int start = 0; start < order.length; ) {
      int longest = Math.max(1, tokens.applyAsInt(questions.get(order[start])));
      int size = Math.min(mostQuestions(longest, most), order.length - start);
      int[] indices = IntStream.range(start, start + size).map(i -> order[i]).toArray();
      List<Q> chosen = new ArrayList<>();
      for (int index : indices) {
        chosen.add(questions.get(index));
      }
      batches.add(new Batch<>(indices, chosen, size * longest));
      start += size;
    }
    return batches;
  }

  /**
   * Returns the most questions in a batch, as {@link #form} forms it, with a longest question of
   * {@code longest} tokens, at least 1.
   */
  static int mostQuestions(int longest, int most) {
    long fitting =
        Math.min(MOST_TOKENS / longest, LanguageModel.MOST_PAIRS / ((long) longest * longest));
    return (int) Math.max(1, Math.min(most, fitting));
  }

  /**
   * Cuts a list of batches into at most {@code count} consecutive parts of about the same number of
   * tokens.
   */
  static <Q extends Serializable> List<List<Batch<Q>>> split(List<Batch<Q>> batches, int count) {
    long total = batches.stream().mapToLong(Batch::paddedTokens).sum();
    List<List<Batch<Q>>> parts = new ArrayList<>();
    long done = 0;
    for (Batch<Q> batch : batches) {
      // The part into which the first token of the batch falls, if all tokens are divided evenly.
      long part = done * count / Math.max(1, total);
      if (parts.isEmpty() || part >= parts.size()) {
        parts.add(new ArrayList<>());
      }
      parts.get(parts.size() - 1).add(batch);
      done += batch.paddedTokens();
    }
    return parts;
  }
}

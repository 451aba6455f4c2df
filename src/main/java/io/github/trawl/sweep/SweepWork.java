package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.task.ExampleResult;
import java.util.List;

/** The work of a sweep that takes long: solving stacks and asking models. */
interface SweepWork {
  /** Takes what comes of solves. */
  interface SolveSink {
    /** A batch is solved and its factors are at their place. */
    void solved(SolveBatch batch, ObjectNode content);

    /** A batch has failed by itself; {@code reason} is one line. */
    void failed(SolveBatch batch, String reason);
  }

  /** Takes what contestants answered. */
  interface ScoreSink {
    /** The results of a contestant, in the order of the examples of the block. */
    void scored(Contestant contestant, List<ExampleResult> results);

    /** A contestant has failed by itself; {@code reason} is one line. */
    void failed(Contestant contestant, String reason);

    /**
     * Takes how far the call has come, as a text for a person. Contestants are complete only near
     * its end, so that calls of the other methods do not show it.
     */
    void advanced(String note);
  }

  /**
   * Solves batches and hands over each as it comes, in any order.
   *
   * @param names the base names of their factor files, in the order of the batches
   */
  void solve(List<SolveBatch> batches, List<String> names, SolveSink sink);

  /** How many batches are solved at a time, as far as is known now. */
  int slots();

  /**
   * Whether the factors of a solve are still at their place.
   *
   * @param solve content of its unit
   */
  boolean isThere(JsonNode solve);

  /**
   * Asks contestants the examples of a block. Several threads may do so at a time.
   *
   * @param factors for each contestant the locations of its factors, none for the unmodified model
   */
  void ask(
      ExampleBlock block, List<Contestant> contestants, List<List<String>> factors, ScoreSink sink);
}

package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.task.ExampleResult;
import java.util.List;

/** Does the work of a sweep that takes long: solves stacks and asks models. */
interface SweepWork {
  /** Receives the outcomes of solves. */
  interface SolveSink {
    /**
     * Takes a batch that is solved and whose factor file is at its place.
     *
     * @param content of its unit
     */
    void solved(SolveBatch batch, ObjectNode content);

    /**
     * Takes a batch that has failed by itself.
     *
     * @param reason why, in one line
     */
    void failed(SolveBatch batch, String reason);
  }

  /** Receives what contestants answered. */
  interface ScoreSink {
    /** Takes the results of a contestant, in the order of the examples of the block. */
    void scored(Contestant contestant, List<ExampleResult> results);

    /**
     * Takes a contestant that has failed by itself.
     *
     * @param reason why, in one line
     */
    void failed(Contestant contestant, String reason);

    /**
     * Takes how far the call has come, as a text for a person. The other methods do not show it,
     * since contestants are complete only near the end of the call.
     */
    void advanced(String note);
  }

  /**
   * Solves batches and passes each to {@code sink} when it is solved, in any order.
   *
   * @param names the base names of their factor files, in the order of the batches
   */
  void solve(List<SolveBatch> batches, List<String> names, SolveSink sink);

  /** Returns how many batches are solved at a time, as far as is known now. */
  int slots();

  /**
   * Returns whether the factor file of a solve is still at its place.
   *
   * @param solve content of the solve's unit
   */
  boolean hasFactorFile(JsonNode solve);

  /**
   * Asks contestants the examples of a block. Several threads may call it at a time.
   *
   * @param factors for each contestant, the locations of its factors relative to the output; none
   *     for the unmodified model
   */
  void ask(
      ExampleBlock block, List<Contestant> contestants, List<List<String>> factors, ScoreSink sink);
}

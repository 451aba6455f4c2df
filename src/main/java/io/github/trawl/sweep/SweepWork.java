package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.task.ExampleResult;
import java.util.List;

/** Does the work of a sweep that takes long: solves stacks and asks models. */
interface SweepWork {
  /** Receives the outcomes of solves, in the thread that called {@link SweepWork#solve}. */
  interface SolveSink {
    /**
     * Takes a batch that is solved and whose factor file is at its place.
     *
     * @param content of its unit
     */
    void solved(SolveBatch batch, ObjectNode content);

    /**
     * Takes a batch that has failed for a reason of its own, while the others go on.
     *
     * @param reason why, in one line
     */
    void failed(SolveBatch batch, String reason);
  }

  /** Receives what contestants answered, in the thread that called {@link SweepWork#ask}. */
  interface ScoreSink {
    /** Takes the results of a contestant, in the order of the examples of the block. */
    void scored(Contestant contestant, List<ExampleResult> results);

    /**
     * Takes a contestant that has failed for a reason of its own, while the others go on.
     *
     * @param reason why, in one line
     */
    void failed(Contestant contestant, String reason);

    /**
     * Takes a text for a person that says how far the call has come. The other methods are called
     * only near its end, when contestants have answered all examples.
     */
    void advanced(String note);
  }

  /**
   * Solves batches and passes each to {@code sink} when it is solved, in any order.
   *
   * @param names the base names of their factor files, in the order of the batches
   */
  void solve(List<SolveBatch> batches, List<String> names, SolveSink sink);

  /** Returns how many batches the cluster solves at a time, with the executors that it has now. */
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

package io.github.trawl.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the questions and candidates of a Spark job are cut into units: each part of the batches is
 * asked of each group of the candidates, in a Spark task of its own.
 *
 * @param parts consecutive batches, in their order
 * @param groups into how many groups the candidates are cut
 * @param <Q> the type of a question
 */
record UnitCut<Q extends Serializable>(List<List<Batch<Q>>> parts, int groups) {
  /** How many units to aim at on few slots, so that progress is visible. */
  private static final int LEAST_UNITS = 32;

  /** How many units to aim at for each slot, so that slots that are done early get further ones. */
  private static final int UNITS_PER_SLOT = 4;

  /**
   * How many batches a unit of several candidates gets at least, on average, if there are enough
   * for a unit in every slot. A unit computes each candidate's weights and copies them into the
   * model once for all of its batches.
   */
  private static final int BATCHES_PER_UNIT = 8;

  /**
   * Cuts the work of a job.
   *
   * @param batches at least one
   * @param candidates the number of candidates, at least 1
   * @param slots how many units run at a time, at least 1
   * @param streamed whether each unit reads the layers of the model
   * @param onePass whether a batch goes through the layers only once
   */
  static <Q extends Serializable> UnitCut<Q> of(
      List<Batch<Q>> batches, int candidates, int slots, boolean streamed, boolean onePass) {
    return streamed
        ? streamed(batches, candidates, slots, onePass)
        : inMemory(batches, candidates, slots);
  }

  /**
   * Cuts into parts of the batches, and if there are fewer parts than slots, by candidates as well.
   * Cutting by candidates costs time, because the candidates of a unit share the layers before
   * their first change.
   */
  private static <Q extends Serializable> UnitCut<Q> inMemory(
      List<Batch<Q>> batches, int candidates, int slots) {
    int most = Math.max(LEAST_UNITS, UNITS_PER_SLOT * slots);
    int wanted =
        candidates == 1 ? most : Math.max(slots, Math.min(most, batches.size() / BATCHES_PER_UNIT));
    List<List<Batch<Q>>> parts = Batch.split(batches, wanted);
    int groups = (slots + parts.size() - 1) / parts.size();
    return new UnitCut<>(parts, Math.min(candidates, groups));
  }

  /**
   * Cuts into no more units than slots, since each unit reads all layers. In one pass it reads them
   * once for all of its candidates, so the batches are cut first. A unit that continues texts reads
   * them for each new token of each candidate, however few batches it has, so there the candidates
   * are cut first.
   */
  private static <Q extends Serializable> UnitCut<Q> streamed(
      List<Batch<Q>> batches, int candidates, int slots, boolean onePass) {
    int leastGroups = onePass ? 1 : Math.min(candidates, slots);
    List<List<Batch<Q>>> parts = Batch.split(batches, slots / leastGroups);
    return new UnitCut<>(parts, Math.min(candidates, slots / parts.size()));
  }

  /**
   * Cuts a list that has an element for each candidate into the groups.
   *
   * @param ofCandidates in the order of {@link Candidate#BY_FIRST_CHANGE}, in which neighbours
   *     share the most layers
   * @return lists that can be serialised
   */
  <C> List<List<C>> groups(List<C> ofCandidates) {
    int size = ofCandidates.size();
    return IntStream.range(0, groups)
        .<List<C>>mapToObj(
            group ->
                // A copy, since a sublist can't be serialised.
                new ArrayList<>(
                    ofCandidates.subList(group * size / groups, (group + 1) * size / groups)))
        .toList();
  }
}

package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.PassCost;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.Stop;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Counts how often an executor reads the layers of a streamed model. A unit is supposed to take
 * candidates and batches together as {@link LayerLoop} and {@link CandidateLoop} do, which depends
 * on the memory of their states alone, and to continue each text to its greatest length. What a
 * model such as Phi-3 computes anew where a text grows beyond its original context is not counted.
 */
final class StreamedReadings {
  private final PassCost cost;
  private final int layers;
  private final long budget;
  private final int batchSize;
  private final List<Stop> stops;

  /**
   * @param layers the number of layers
   * @param budget the most bytes of states that are kept at a time
   * @param batchSize the most questions in a batch
   * @param stops where each candidate begins to differ from the unmodified model, in the order of
   *     {@link Candidate#BY_FIRST_CHANGE}
   */
  StreamedReadings(PassCost cost, int layers, long budget, int batchSize, List<Stop> stops) {
    this.cost = cost;
    this.layers = layers;
    this.budget = budget;
    this.batchSize = batchSize;
    this.stops = stops;
  }

  /**
   * The size of a batch.
   *
   * @param tokens the number of tokens, padding included
   * @param read the number of tokens whose logits are read
   * @param newTokens the number of tokens that are added to each sequence; at most 1 if the batch
   *     goes through the layers once
   */
  private record BatchSize(int sequences, int tokens, int read, int newTokens) {}

  /**
   * Returns how often an executor reads the layers to answer a task.
   *
   * @param tasksPerExecutor the Spark tasks of an executor at a time, each of which reads for
   *     itself
   */
  double of(PlannedTask task, int executors, int tasksPerExecutor) {
    int slots = executors * tasksPerExecutor;
    List<Double> scored =
        ofUnits(
            task.questions().requests(),
            each -> each.tokens().length,
            ScoreRequest::readTokens,
            1,
            slots);
    List<Double> continued =
        ofUnits(
            task.questions().prompts(),
            each -> each.length,
            each -> 1,
            task.definition().newTokens(),
            slots);
    return ofExecutor(scored, executors) + ofExecutor(continued, executors);
  }

  /** Returns the readings of an executor whose share of the units are those that read most. */
  private static double ofExecutor(List<Double> units, int executors) {
    return units.stream()
        .sorted(Comparator.reverseOrder())
        .limit((units.size() + executors - 1) / executors)
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  /** Returns how often each unit of a job reads the layers. */
  private <Q extends Serializable> List<Double> ofUnits(
      List<Q> questions, ToIntFunction<Q> tokens, ToIntFunction<Q> read, int newTokens, int slots) {
    if (questions.isEmpty()) {
      return List.of();
    }
    UnitCut<Q> cut =
        UnitCut.of(
            Batch.form(questions, tokens, batchSize), stops.size(), slots, true, newTokens <= 1);
    List<Double> units = new ArrayList<>();
    for (List<Batch<Q>> part : cut.parts()) {
      List<BatchSize> sizes =
          part.stream()
              .map(
                  batch ->
                      new BatchSize(
                          batch.questions().size(),
                          batch.paddedTokens(),
                          batch.questions().stream().mapToInt(read).sum(),
                          newTokens))
              .toList();
      for (List<Stop> group : cut.groups(stops)) {
        List<Stop> own = group.stream().sorted().toList();
        units.add(newTokens <= 1 ? onePass(sizes, own) : continued(sizes, own));
      }
    }
    return units;
  }

  /**
   * Returns how often {@link LayerLoop} reads the layers: once for each group of batches with each
   * group of candidates.
   *
   * @param own where the candidates begin to differ, ascending
   */
  private double onePass(List<BatchSize> batches, List<Stop> own) {
    double readings = 0;
    for (int next = 0; next < own.size(); ) {
      List<Stop> together = own.subList(next, next + fittingCandidates(batches, own, next));
      readings +=
          groups(
                  batches,
                  batch ->
                      commonBytes(batch, together)
                          + withOwnStates(together) * bytesBetweenLayers(batch))
              .size();
      next += together.size();
    }
    return readings;
  }

  /** Returns how many candidates, from {@code first} on, are taken together. */
  private int fittingCandidates(List<BatchSize> batches, List<Stop> own, int first) {
    BatchSize largest = Collections.max(batches, Comparator.comparingInt(BatchSize::tokens));
    long common = commonBytes(largest, own);
    long between = bytesBetweenLayers(largest);
    int end = first + 1;
    while (end < own.size()
        && common + withOwnStates(own.subList(first, end + 1)) * between <= budget) {
      end++;
    }
    return end - first;
  }

  /** Returns how many candidates keep states of their own between layers. */
  private long withOwnStates(List<Stop> own) {
    return own.stream().filter(stop -> stop.layer() < layers - 1).count();
  }

  private long bytesBetweenLayers(BatchSize batch) {
    return bytes(batch, Stop.before(layers - 1));
  }

  /** Returns the most bytes of a batch in the unmodified model. */
  private long commonBytes(BatchSize batch, List<Stop> own) {
    return own.stream()
        .distinct()
        .mapToLong(stop -> bytes(batch, stop))
        .reduce(bytes(batch, Stop.before(0)), Math::max);
  }

  /**
   * Returns how often {@link CandidateLoop} reads the layers to continue prompts by several tokens.
   *
   * @param own where the candidates begin to differ, ascending
   */
  private double continued(List<BatchSize> batches, List<Stop> own) {
    List<Stop> shared = own.subList(0, own.size() - 1).stream().distinct().toList();
    return groups(batches, batch -> bytes(batch, shared)).stream()
        .mapToDouble(group -> continuedGroup(group, own, shared))
        .sum();
  }

  /**
   * Returns how often the layers are read for batches that are continued together. For the first
   * token of a candidate, the shared states and then the candidate's own go through the layers from
   * where the batches are, for each further token the candidate's through all.
   */
  private double continuedGroup(List<BatchSize> group, List<Stop> own, List<Stop> shared) {
    int newTokens = group.get(0).newTokens();
    Stop reached = Stop.before(0);
    double readings = 0;
    for (int i = 0; i < own.size(); i++) {
      // The candidate before has left the last layer in memory.
      boolean inMemory = i > 0 && reached.layer() == layers - 1;
      readings += inMemory ? 0 : (double) (layers - reached.layer()) / layers;
      readings += newTokens - 1;
      if (shared.contains(own.get(i))) {
        reached = fitting(group, own.get(i), reached);
      }
    }
    return readings;
  }

  /** Returns the bytes that a batch takes in a group that is continued. */
  private long bytes(BatchSize batch, List<Stop> shared) {
    long start = bytes(batch, Stop.before(0));
    return shared.stream()
            .mapToLong(stop -> bytes(batch, fitting(List.of(batch), stop, Stop.before(0))))
            .reduce(start, Math::max)
        + start
        + cost.continuedCacheBytes(
            batch.sequences(), batch.tokens() / batch.sequences(), batch.newTokens());
  }

  /**
   * Returns the last stop, from {@code reached} to {@code wanted}, at which the states of each
   * batch by itself fit the memory.
   */
  private Stop fitting(List<BatchSize> batches, Stop wanted, Stop reached) {
    Stop stop = wanted;
    for (BatchSize batch : batches) {
      long limit = Math.max(budget, bytes(batch, Stop.before(0)));
      while (stop.compareTo(reached) > 0 && bytes(batch, stop) > limit) {
        stop = stop.previous();
      }
    }
    return stop;
  }

  private long bytes(BatchSize batch, Stop stop) {
    return cost.stateBytes(stop, batch.tokens(), batch.read(), batch.newTokens() > 1);
  }

  /**
   * Divides batches into groups whose states fit the memory.
   *
   * @param bytes the bytes that a batch takes
   */
  private List<List<BatchSize>> groups(List<BatchSize> batches, ToLongFunction<BatchSize> bytes) {
    List<List<BatchSize>> groups = new ArrayList<>();
    for (int next = 0; next < batches.size(); ) {
      int first = next;
      long sum = 0;
      do {
        sum += bytes.applyAsLong(batches.get(next++));
        // As the loops do, supposes that the next batch takes as many bytes as these on average.
      } while (next < batches.size() && sum + sum / (next - first) <= budget);
      groups.add(batches.subList(first, next));
    }
    return groups;
  }
}

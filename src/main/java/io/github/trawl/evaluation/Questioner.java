package io.github.trawl.evaluation;

import io.github.trawl.Progress;
import io.github.trawl.spark.CleanUp;
import io.github.trawl.spark.JobDescription;
import io.github.trawl.spark.RunningResults;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Spreads questions over the executors and hands over the replies as they come. */
final class Questioner {
  /** Enough for a bar that moves. */
  private static final int LEAST_UNITS = 32;

  private static final int UNITS_PER_SLOT = 4;

  /**
   * Batches for which a candidate's weights are put in once, if there are enough to keep all slots
   * busy: with them, making and copying the weights takes little beside the rest of a pass.
   */
  private static final int BATCHES_PER_UNIT = 8;

  private final JavaSparkContext spark;
  private final Execution execution;
  private final int batchSize;
  private final Progress progress;
  private final SortedSet<String> devices = new TreeSet<>();

  Questioner(JavaSparkContext spark, Execution execution, int batchSize, Progress progress) {
    this.spark = spark;
    this.execution = execution;
    this.batchSize = batchSize;
    this.progress = progress;
  }

  /** Takes what a candidate replies to the questions with these numbers. */
  @FunctionalInterface
  interface Replies<A extends Serializable> {
    void accept(Candidate candidate, int[] questions, Reply<A> reply);
  }

  /**
   * Asks every candidate all questions. The batches depend on the questions alone.
   *
   * @param name of the work, for Spark's pages and the progress bar
   * @param tokens the length of a question
   * @param candidates by {@link Candidate#BY_FIRST_CHANGE}
   */
  <Q extends Serializable, A extends Serializable> void ask(
      String name,
      List<Q> questions,
      ToIntFunction<Q> tokens,
      List<Candidate> candidates,
      WorkUnit.Runner<Q, A> runner,
      Replies<A> replies) {
    List<WorkUnit<Q, A>> units =
        units(Batch.form(questions, tokens, batchSize), candidates, runner);
    if (units.isEmpty()) {
      return;
    }
    JobDescription description = JobDescription.of(spark, name);
    long start = System.nanoTime();
    long[] done = new long[1];
    Broadcast<WorkUnit.All<Q, A>> all = spark.broadcast(new WorkUnit.All<>(units));
    try (Progress.Bar bar = progress.start(name, units.size())) {
      RunningResults.<Integer, WorkUnit.Answers<A>>forEach(
          spark,
          name,
          IntStream.range(0, units.size()).boxed().toList(),
          unit -> all.value().run(unit),
          (unit, part) -> {
            List<Candidate> asked = units.get(unit).candidates();
            for (int c = 0; c < asked.size(); c++) {
              replies.accept(asked.get(c), part.indices(), part.replies().get(c));
            }
            devices.add(part.device());
            long added =
                Arrays.stream(part.indices())
                    .mapToLong(i -> tokens.applyAsInt(questions.get(i)))
                    .sum();
            done[0] += added * asked.size();
            bar.step(rate(done[0], start));
          });
    } finally {
      CleanUp.run("free the questions of " + name, all::destroy);
      description.close();
    }
  }

  /** The types of devices that computed the replies so far. */
  SortedSet<String> devices() {
    return new TreeSet<>(devices);
  }

  /**
   * Cuts the work by batches, and by candidates only where there are too few batches to keep all
   * slots busy: candidates in one unit share the layers before their first change.
   */
  private <Q extends Serializable, A extends Serializable> List<WorkUnit<Q, A>> units(
      List<Batch<Q>> batches, List<Candidate> candidates, WorkUnit.Runner<Q, A> runner) {
    if (batches.isEmpty() || candidates.isEmpty()) {
      return List.of();
    }
    int slots = Math.max(1, spark.defaultParallelism() / execution.threads());
    int most = Math.max(LEAST_UNITS, UNITS_PER_SLOT * slots);
    int wanted =
        candidates.size() == 1
            ? most
            : Math.max(slots, Math.min(most, batches.size() / BATCHES_PER_UNIT));
    List<List<Batch<Q>>> parts = Batch.split(batches, wanted);
    int groups = Math.min(candidates.size(), (slots + parts.size() - 1) / parts.size());
    List<WorkUnit<Q, A>> units = new ArrayList<>();
    for (List<Batch<Q>> part : parts) {
      for (int group = 0; group < groups; group++) {
        List<Candidate> own =
            candidates.subList(
                group * candidates.size() / groups, (group + 1) * candidates.size() / groups);
        units.add(new WorkUnit<>(execution, new ArrayList<>(own), part, runner));
      }
    }
    return units;
  }

  private static String rate(long tokens, long start) {
    return String.format(
        Locale.ROOT, "%.0f tokens/s", tokens / Math.max(1e-9, (System.nanoTime() - start) / 1e9));
  }
}

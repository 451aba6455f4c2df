package io.github.trawl.evaluation;

import io.github.trawl.Progress;
import io.github.trawl.spark.CleanUp;
import io.github.trawl.spark.JobDescription;
import io.github.trawl.spark.TaskRunner;
import io.github.trawl.spark.TaskSlots;
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

/** Asks candidates questions on the executors, and passes on the replies as they arrive. */
final class QuestionDispatcher {
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

  private final JavaSparkContext spark;
  private final ExecutionSettings execution;
  private final int batchSize;
  private final Progress progress;
  private final SlowProcessors slow;
  private final SortedSet<String> devices = new TreeSet<>();
  private final SortedSet<String> processors = new TreeSet<>();

  QuestionDispatcher(
      JavaSparkContext spark,
      ExecutionSettings execution,
      int batchSize,
      Progress progress,
      SlowProcessors slow) {
    this.spark = spark;
    this.execution = execution;
    this.batchSize = batchSize;
    this.progress = progress;
    this.slow = slow;
  }

  /** Takes the reply of a candidate to some questions, which are given by their indices. */
  @FunctionalInterface
  interface ReplyConsumer<A extends Serializable> {
    void accept(Candidate candidate, int[] questions, Reply<A> reply);
  }

  /**
   * Asks every candidate all questions. The batches depend on the questions and the batch size
   * alone.
   *
   * @param name the name of the work in Spark's web UI and on the progress bar
   * @param tokens gives the number of tokens of a question
   * @param candidates the candidates, sorted by {@link Candidate#BY_FIRST_CHANGE}
   * @param runner asks a model the questions
   * @param replies takes each reply, in the calling thread
   */
  <Q extends Serializable, A extends Serializable> void ask(
      String name,
      List<Q> questions,
      ToIntFunction<Q> tokens,
      List<Candidate> candidates,
      WorkUnit.Runner<Q, A> runner,
      ReplyConsumer<A> replies) {
    List<WorkUnit<Q, A>> units =
        units(Batch.form(questions, tokens, batchSize), candidates, runner);
    if (units.isEmpty()) {
      return;
    }
    JobDescription description = JobDescription.of(spark, name);
    long start = System.nanoTime();
    long[] done = new long[1];
    Broadcast<WorkUnit.JobUnits<Q, A>> all = spark.broadcast(new WorkUnit.JobUnits<>(units));
    try (Progress.Bar bar = progress.start(name, units.size())) {
      TaskRunner.<Integer, WorkUnit.UnitReplies<A>>forEach(
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
            processors.add(part.processor());
            if (!part.fast()) {
              slow.add(part.processor());
            }
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

  /** Returns the processors of the machines that computed the replies so far. */
  SortedSet<String> processors() {
    return new TreeSet<>(processors);
  }

  /** Returns the types of the devices that computed the replies so far, such as {@code cuda}. */
  SortedSet<String> devices() {
    return new TreeSet<>(devices);
  }

  /**
   * Cuts the work into units: into parts of the batches, and if there are fewer parts than slots,
   * each part into groups of candidates. Cutting by candidates costs time, because the candidates
   * of a unit share the layers before their first change.
   */
  private <Q extends Serializable, A extends Serializable> List<WorkUnit<Q, A>> units(
      List<Batch<Q>> batches, List<Candidate> candidates, WorkUnit.Runner<Q, A> runner) {
    if (batches.isEmpty() || candidates.isEmpty()) {
      return List.of();
    }
    // The cores of the cluster, divided by those that each Spark task takes.
    int slots = Math.max(1, TaskSlots.cores(spark.sc()) / execution.threads());
    List<List<Batch<Q>>> parts =
        Batch.split(batches, wantedParts(batches.size(), candidates.size(), slots));
    int groups = Math.min(candidates.size(), (slots + parts.size() - 1) / parts.size());
    List<WorkUnit<Q, A>> units = new ArrayList<>();
    for (List<Batch<Q>> part : parts) {
      for (int group = 0; group < groups; group++) {
        List<Candidate> own =
            candidates.subList(
                group * candidates.size() / groups, (group + 1) * candidates.size() / groups);
        // A copy, since a sublist can't be serialised.
        units.add(new WorkUnit<>(execution, new ArrayList<>(own), part, runner));
      }
    }
    return units;
  }

  /**
   * Returns into how many parts to cut the batches.
   *
   * @param batches the number of batches
   * @param candidates the number of candidates
   */
  private int wantedParts(int batches, int candidates, int slots) {
    if (execution.streamed()) {
      // Each unit reads all layers, so there are no more units than slots.
      return slots;
    }
    int most = Math.max(LEAST_UNITS, UNITS_PER_SLOT * slots);
    return candidates == 1 ? most : Math.max(slots, Math.min(most, batches / BATCHES_PER_UNIT));
  }

  private static String rate(long tokens, long start) {
    return String.format(
        Locale.ROOT, "%.0f tokens/s", tokens / Math.max(1e-9, (System.nanoTime() - start) / 1e9));
  }
}

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
    try {
      ask(name, questions, tokens, units, replies);
    } finally {
      description.close();
    }
  }

  private <Q extends Serializable, A extends Serializable> void ask(
      String name,
      List<Q> questions,
      ToIntFunction<Q> tokens,
      List<WorkUnit<Q, A>> units,
      ReplyConsumer<A> replies) {
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

  private <Q extends Serializable, A extends Serializable> List<WorkUnit<Q, A>> units(
      List<Batch<Q>> batches, List<Candidate> candidates, WorkUnit.Runner<Q, A> runner) {
    if (batches.isEmpty() || candidates.isEmpty()) {
      return List.of();
    }
    UnitCut<Q> cut =
        UnitCut.of(
            batches,
            candidates.size(),
            TaskSlots.ofAll(spark.sc()),
            execution.streamed(),
            runner.isOnePass());
    List<List<Candidate>> groups = cut.groups(candidates);
    List<WorkUnit<Q, A>> units = new ArrayList<>();
    for (List<Batch<Q>> part : cut.parts()) {
      for (List<Candidate> group : groups) {
        units.add(new WorkUnit<>(execution, group, part, runner));
      }
    }
    return units;
  }

  private static String rate(long tokens, long start) {
    return String.format(
        Locale.ROOT, "%.0f tokens/s", tokens / Math.max(1e-9, (System.nanoTime() - start) / 1e9));
  }
}

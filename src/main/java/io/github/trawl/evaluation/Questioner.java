package io.github.trawl.evaluation;

import io.github.trawl.Progress;
import io.github.trawl.spark.CleanUp;
import io.github.trawl.spark.RunningResults;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Spreads questions over the executors and puts the answers in order. */
final class Questioner {
  /** Enough for a bar that moves, few enough that putting in a candidate's weights costs little. */
  private static final int LEAST_UNITS = 32;

  private static final int UNITS_PER_SLOT = 4;

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

  /**
   * Asks every candidate all questions.
   *
   * @param name of the work, for the progress bar
   * @param tokens the length of a question
   * @return for each candidate the answers in the order of the questions
   */
  <Q extends Serializable, A extends Serializable> List<List<A>> ask(
      String name, List<Q> questions, ToIntFunction<Q> tokens, WorkUnit.Runner<Q, A> runner) {
    List<Batch<Q>> batches = Batch.form(questions, tokens, batchSize);
    int slots = Math.max(1, spark.defaultParallelism() / execution.threads());
    int count = Math.max(LEAST_UNITS, UNITS_PER_SLOT * slots);
    List<WorkUnit<Q, A>> units =
        Batch.split(batches, count).stream()
            .map(part -> new WorkUnit<>(execution, part, runner))
            .toList();
    List<List<A>> answers = new ArrayList<>();
    for (int c = 0; c < execution.candidates().size(); c++) {
      answers.add(new ArrayList<>(Collections.nCopies(questions.size(), null)));
    }
    if (units.isEmpty()) {
      return answers;
    }
    spark.setJobDescription(name);
    long start = System.nanoTime();
    AtomicLong done = new AtomicLong();
    Broadcast<WorkUnit.All<Q, A>> all = spark.broadcast(new WorkUnit.All<>(units));
    try (Progress.Bar bar = progress.start(name, units.size())) {
      RunningResults.collect(
          spark,
          name,
          IntStream.range(0, units.size()).boxed().toList(),
          unit -> all.value().run(unit),
          part -> {
            place(part, answers);
            devices.add(part.device());
            long added =
                Arrays.stream(part.indices())
                    .mapToLong(i -> tokens.applyAsInt(questions.get(i)))
                    .sum();
            long total = done.addAndGet(added * execution.candidates().size());
            bar.step(rate(total, start));
          });
    } finally {
      CleanUp.run("free the questions of " + name, all::destroy);
      spark.setJobDescription(null);
    }
    return answers;
  }

  /** The types of devices that computed the answers so far. */
  SortedSet<String> devices() {
    return new TreeSet<>(devices);
  }

  private static <A extends Serializable> void place(
      WorkUnit.Answers<A> part, List<List<A>> answers) {
    for (int c = 0; c < answers.size(); c++) {
      for (int i = 0; i < part.indices().length; i++) {
        answers.get(c).set(part.indices()[i], part.answers().get(c).get(i));
      }
    }
  }

  private static String rate(long tokens, long start) {
    return String.format(
        Locale.ROOT, "%.0f tokens/s", tokens / Math.max(1e-9, (System.nanoTime() - start) / 1e9));
  }
}

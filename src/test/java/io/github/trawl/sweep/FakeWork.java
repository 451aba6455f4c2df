package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.task.AskedQuestion;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.factors.FactorFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Work that takes no time: what a model answers is a function of its name and the example. */
final class FakeWork implements SweepWork {
  /** Names of batches that were solved, in order. */
  final List<String> solved = new ArrayList<>();

  /** How many examples each model was asked. */
  final Map<String, Integer> asked = new HashMap<>();

  /** Names of batches that fail, such as {@code layer-1-fc cp r2 r4 s0}. */
  final Set<String> unsolvable = new HashSet<>();

  /** Models that fail. */
  final Set<String> failing = new HashSet<>();

  /** The measure of every answer of these models, in place of 0 or 1. */
  final Map<String, Double> measured = new HashMap<>();

  /** Whether the factor files are gone. */
  boolean removed;

  /** Solves that run at a time. */
  int slots = 1;

  /** A batch that is solved only after three models have been asked something. */
  String waiting = "";

  final CountDownLatch awaited = new CountDownLatch(3);

  /** What was done, in order: names of batches and of models, once for each block. */
  final List<String> done = Collections.synchronizedList(new ArrayList<>());

  /** After so many results the work ends as if the process had been killed. */
  int cutAfter = Integer.MAX_VALUE;

  /** Stands for the end of the process. */
  static final class CutException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static String name(SolveBatch batch) {
    return batch.solve().stack().name()
        + " "
        + batch.key().method().key()
        + batch.sizes().stream().map(size -> " " + size.label()).collect(Collectors.joining())
        + batch.seeds().stream().map(seed -> " s" + seed).collect(Collectors.joining());
  }

  @Override
  public void solve(List<SolveBatch> batches, List<String> names, SolveSink sink) {
    for (int i = 0; i < batches.size(); i++) {
      SolveBatch batch = batches.get(i);
      if (name(batch).equals(waiting)) {
        await();
      }
      done.add(name(batch));
      if (unsolvable.contains(name(batch))) {
        sink.failed(batch, "is not finite");
        continue;
      }
      solved.add(name(batch));
      cut();
      ObjectNode content = JsonNodeFactory.instance.objectNode();
      content.put("stack", batch.solve().stack().name());
      content.put("method", batch.key().method().key());
      content.put("file", FactorFile.relativePath(names.get(i)));
      var members = content.putArray("members");
      batch
          .options()
          .members(batch.solve().stack().shape())
          .forEach(
              member ->
                  members
                      .addObject()
                      .put("name", member.name())
                      .put("rank", member.rank())
                      .put("relative_error", 1.0 / member.rank()));
      sink.solved(batch, content);
    }
  }

  private void await() {
    try {
      if (!awaited.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nothing was asked");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public boolean hasFactorFile(JsonNode solve) {
    return !removed;
  }

  @Override
  public synchronized void ask(
      ExampleBlock block,
      List<Contestant> contestants,
      List<List<String>> factors,
      ScoreSink sink) {
    for (Contestant contestant : contestants) {
      if (failing.contains(contestant.id())) {
        sink.failed(contestant, "computes NaN");
        continue;
      }
      asked.merge(contestant.id(), block.examples().length, Integer::sum);
      List<ExampleResult> results = new ArrayList<>();
      for (int example : block.examples()) {
        SortedMap<String, Double> measures = new TreeMap<>();
        double right = isRight(contestant.id(), example) ? 1 : 0;
        measures.put("accuracy", measured.getOrDefault(contestant.id(), right));
        results.add(
            new ExampleResult(example, block.split(), "t", "p", measures, AskedQuestion.open("")));
      }
      cut();
      done.add(contestant.id());
      sink.scored(contestant, results);
      awaited.countDown();
    }
  }

  /**
   * Rank 8 is right more often than the model, rank 1 hardly ever; rank 4 of layer 0 adds to
   * others, rank 1 of it spoils them.
   */
  private static boolean isRight(String model, int example) {
    double share =
        model.contains("+") && model.contains("fc-0-cp-r4-")
            ? 0.9
            : model.contains("-r8-") && !model.contains("+layer-fc-0-cp-r1-")
                ? 0.6
                : model.contains("-r1-") ? 0.05 : 0.3;
    return new Random(31L * model.hashCode() + example * 1_000_003L).nextDouble() < share;
  }

  private synchronized void cut() {
    if (cutAfter-- == 0) {
      throw new CutException();
    }
  }
}

package io.github.trawl.sweep;

import io.github.trawl.sweep.ledger.UnitKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ledger keys of solves and scores. A key holds everything that determines a result, so that no
 * result is taken for another.
 */
final class SweepKeys {
  static final String SOLVE = "solve";
  static final String SCORES = "scores";

  private final String model;
  private final long numerics;
  private final List<String> tasks;
  private final List<Object> evaluationOptions;

  /** Digests of the examples of blocks, kept because each is in the keys of many contestants. */
  private final Map<ExampleBlock, String> blocks = new ConcurrentHashMap<>();

  /**
   * @param model digest of the checkpoint
   * @param numerics {@link io.github.trawl.Numerics#VERSION}
   * @param tasks digests of the tasks
   * @param evaluationOptions options of the evaluation on which scores depend, such as the batch
   *     size
   */
  SweepKeys(String model, long numerics, List<String> tasks, List<Object> evaluationOptions) {
    this.model = model;
    this.numerics = numerics;
    this.tasks = List.copyOf(tasks);
    this.evaluationOptions = List.copyOf(evaluationOptions);
  }

  /** Returns the key of a solve, which is also the base name of its factor file. */
  UnitKey solve(SolveBatch batch) {
    return UnitKey.builder(SOLVE)
        .with("model", model)
        .with("numerics", numerics)
        .with("stack", stackAndSettings(batch))
        .with("sizes", batch.sizes().stream().map(DecompositionSize::label).toList())
        .with("seeds", batch.seeds())
        .build();
  }

  /** Returns the key of the answers of a contestant to a block. */
  UnitKey scores(Contestant contestant, ExampleBlock block) {
    UnitKey.Builder key =
        UnitKey.builder(SCORES)
            .with("model", model)
            .with("numerics", numerics)
            .with("task", tasks.get(block.task()))
            .with("examples", blocks.computeIfAbsent(block, SweepKeys::digest))
            .with("asking", evaluationOptions)
            .with("edits", edits(contestant));
    return (contestant.isControl() ? key.with("control", contestant.controlNumber()) : key).build();
  }

  private static String digest(ExampleBlock block) {
    return UnitKey.builder("examples")
        .with("numbers", Arrays.stream(block.examples()).boxed().toList())
        .build()
        .hex();
  }

  /** Returns for each stack that is replaced what decides its decomposition. */
  private static List<List<Object>> edits(Contestant contestant) {
    List<List<Object>> edits = new ArrayList<>();
    contestant.parts().forEach(planned -> addEdits(planned, edits));
    return edits;
  }

  private static void addEdits(PlannedPoint planned, List<List<Object>> edits) {
    Point point = planned.point();
    for (SolveBatch batch : planned.batches()) {
      List<Object> edit =
          new ArrayList<>(List.of(stackAndSettings(batch), point.size().label(), point.seed()));
      if (batch.solve().spread()) {
        // If a solve is spread over executors, its last bits depend on all members of the batch.
        edit.add(batch.sizes().stream().map(DecompositionSize::label).toList());
        edit.add(batch.seeds());
      }
      edits.add(edit);
    }
  }

  /** Returns what decides the decompositions of a batch, besides their sizes and seeds. */
  private static List<Object> stackAndSettings(SolveBatch batch) {
    IterationSettings settings = batch.key().settings();
    return List.of(
        batch.key().slices(),
        batch.key().method().key(),
        settings.maxIterations(),
        settings.tolerance(),
        settings.start().name().toLowerCase(Locale.ROOT),
        settings.acceleration().name().toLowerCase(Locale.ROOT),
        // The blocks of a spread solve decide its last bits; 0 stands for a solve in one task.
        batch.solve().spread() ? batch.solve().rowBlocks().count() : 0);
  }
}

package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.evaluation.SmallModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spread stack that is larger than the memory of this process, which is all that a run has. */
class SpreadMemoryTest {
  private static final List<String> LIMITS =
      List.of("--distributed.threshold", "1k", "--memory.off-heap", "8k");

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model = SmallModels.write("bert", folder.resolve("model"));
  }

  @Test
  void aRunIsRefusedBeforeSparkStarts() {
    CommandRun run =
        run(
            List.of("denoise", "--model", model.toString(), "--strategy", "model", "--rank", "2"),
            "--output",
            folder.resolve("out").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("stack model-fc", "is spread over 1 executor", "off-heap");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** Whoever plans a sweep may do so on another machine than the cluster's. */
  @Test
  void aPlanOfASweepIsNot() throws IOException {
    Path task = SmallModels.task(folder.resolve("task"), 20);
    Path grid =
        Files.writeString(
            folder.resolve("grid.yaml"),
            "task: %s\ngrid:\n  - {strategy: model, layers: all, method: cp, rank: 2}\n"
                .formatted(task));
    String output = folder.resolve("sweep").toString();
    List<String> sweep =
        List.of(
            "sweep", "--config", grid.toString(), "--model", model.toString(), "--output", output);
    CommandRun plan = run(sweep, "--plan");
    assertThat(plan.exitCode()).as(plan.err()).isZero();
    CommandRun real = run(sweep);
    assertThat(real.exitCode()).isEqualTo(2);
    assertThat(real.err()).contains("model-fc", "is spread over 1 executor");
  }

  private static CommandRun run(List<String> arguments, String... others) {
    return CommandRun.of(
        Stream.of(arguments, List.of(others), LIMITS).flatMap(List::stream).toArray(String[]::new));
  }
}

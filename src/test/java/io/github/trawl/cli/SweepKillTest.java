package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.SmallModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps in processes of their own that are killed at random moments. */
@Tag("slow")
class SweepKillTest {
  private static final int KILLS = 20;
  @TempDir private Path folder;

  @BeforeEach
  void writeModelAndGrid() throws IOException {
    SmallModels.write("bert", folder.resolve("model"));
    SmallModels.task(folder.resolve("task"), 200);
    Files.writeString(
        folder.resolve("grid.yaml"),
        """
        task: %s
        grid:
          - layers: each
            method: cp
            rank: 1..3
            seed: 1..2
          - layers: each
            method: svd
            rank: 2
        race:
          first: 20
        """
            .formatted(folder.resolve("task").resolve("words.yaml")));
  }

  @Test
  @Timeout(2400)
  void aSweepThatIsKilledManyTimesEndsAsAnUndisturbedOne()
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    finish("whole");
    long millis = (System.nanoTime() - start) / 1_000_000;
    Random random = new Random(5);
    int killed = 0;
    int finished = 0;
    while (killed < KILLS && finished < KILLS) {
      Process run = start("killed", folder.resolve("killed.log"));
      // Half of a run's time is the start of Java and Spark; a run that goes on has less to do.
      long moment = (long) (millis * (0.3 + 0.7 * random.nextDouble()));
      if (run.waitFor(moment, TimeUnit.MILLISECONDS)) {
        assertThat(run.exitValue()).as(log("killed")).isZero();
        finished++;
        // The next ones begin anew: an output that is complete can't lose anything.
        if (killed < KILLS) {
          assertThat(result("killed")).isEqualTo(result("whole"));
          delete(folder.resolve("killed"));
        }
      } else {
        run.destroyForcibly().waitFor();
        killed++;
      }
    }
    finish("killed");
    assertThat(killed).isEqualTo(KILLS);
    assertThat(result("killed")).isEqualTo(result("whole"));
    assertThat(files("killed")).isEqualTo(files("whole"));
  }

  @Test
  @Timeout(300)
  void ofTwoRunsAtOnceTheSecondIsRefused() throws IOException, InterruptedException {
    Process first = start("both", folder.resolve("first.log"));
    while (first.isAlive() && !Files.exists(folder.resolve("both").resolve("units"))) {
      Thread.sleep(20);
    }
    Process second = start("both", folder.resolve("second.log"));
    assertThat(first.waitFor(200, TimeUnit.SECONDS)).isTrue();
    assertThat(second.waitFor(200, TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).as(log("first")).isZero();
    // Where the first had ended already, the second found everything done.
    if (second.exitValue() != 0) {
      assertThat(log("second")).contains("process " + first.pid());
    }
  }

  private void finish(String output) throws IOException, InterruptedException {
    Process run = start(output, folder.resolve(output + ".log"));
    assertThat(run.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).as(log(output)).isZero();
  }

  private Process start(String output, Path log) throws IOException {
    return CommandProcess.start(
        log,
        "sweep",
        "--config",
        folder.resolve("grid.yaml").toString(),
        "--model",
        folder.resolve("model").toString(),
        "--output",
        folder.resolve(output).toString(),
        "--memory.off-heap",
        "256m",
        "--stale-after",
        "5");
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  /** What was found, without what it took and where. */
  private ObjectNode result(String output) throws IOException {
    ObjectNode result =
        (ObjectNode)
            new ObjectMapper().readTree(folder.resolve(output).resolve("result.json").toFile());
    result.remove(List.of("costs", "name"));
    return result;
  }

  /** Names and contents of the factor files. */
  private List<String> files(String output) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(output).resolve("factors"))) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .map(file -> file.getFileName() + " " + digest(file))
          .sorted()
          .toList();
    }
  }

  private static int digest(Path file) {
    try {
      return Arrays.hashCode(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package io.github.trawl.denoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.AbandonedFiles;
import io.github.trawl.checkpoint.AbandonedFiles.Found;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.cli.CommandProcess;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.distributed.ExecutorKiller;
import io.github.trawl.distributed.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on real storages whose processes are killed (SIGKILL). */
class StoreKillTest extends StoreFixture {
  private static final int KILLS = 10;
  private static final int HIDDEN = 192;

  /** Work of some seconds. */
  private static final DecompositionOptions OPTIONS =
      DecompositionOptions.of(DecompositionMethods.CP, 24, 7, 400, 0);

  /**
   * At every moment the output is an earlier one, the new one, or says that it is unfinished. On
   * HDFS, where a directory is replaced by two renames, a kill between them leaves none: the
   * earlier one lies beside, and is all that is left.
   */
  @ParameterizedTest
  @ValueSource(strings = {"hdfs", "s3a"})
  @Timeout(1200)
  void aKilledDriverLeavesNothingThatIsTakenForAModel(String name)
      throws IOException, InterruptedException {
    Store store = store(name);
    putModel(store("local"));
    putModel(store);
    Map<Integer, Map<String, String>> expected = new TreeMap<>();
    for (int rank : new int[] {2, 3}) {
      finish(store("local"), "local-" + name, rank);
      expected.put(rank, content(store("local"), output(store("local"), "local-" + name)));
    }
    assertThat(expected.get(2)).isNotEqualTo(expected.get(3));

    Path output = output(store, "killed");
    finish(store, "killed", 2);
    assertThat(content(store, output)).isEqualTo(expected.get(2));
    long millis = workingMillis(store);
    Random random = new Random(11);
    int unfinished = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process run = startWork(store, 2 + kill % 2);
      if (!run.waitFor((long) (millis * random.nextDouble()), TimeUnit.MILLISECONDS)) {
        run.destroyForcibly().waitFor();
      }
      clean(store, output.getParent());
      if (store.tree(output).containsKey(".trawl-unfinished")) {
        unfinished++;
        assertThatThrownBy(() -> Checkpoint.open(output, store.hadoop()))
            .isInstanceOf(TrawlException.class)
            .hasMessageContaining("is unfinished");
      } else {
        if (name.equals("hdfs")) {
          putBackIfKilledBetweenRenames(store, output);
        }
        Checkpoint.open(output, store.hadoop());
        assertThat(content(store, output)).isIn(expected.values());
      }
    }
    if (name.equals("hdfs")) {
      assertThat(unfinished).isZero();
    }
    finish(store, "killed", 3);
    assertThat(content(store, output)).isEqualTo(expected.get(3));
    clean(store, output.getParent());
    assertThat(leftovers(store, output)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs", "s3a"})
  @Timeout(600)
  void killedExecutorsCostTimeAlone(String name) throws IOException {
    Store store = store(name);
    putModel(store);
    try (JavaSparkContext spark = LocalCluster.start("kill", 2)) {
      Path undisturbed = output(store, "undisturbed");
      denoise(spark, store, "larger", undisturbed, false, OPTIONS);
      Path output = output(store, "survived");
      int killed;
      try (ExecutorKiller killer = ExecutorKiller.start()) {
        denoise(spark, store, "larger", output, false, OPTIONS);
        killed = killer.killed();
      }
      assertThat(killed).as("executors killed").isPositive();
      assertThat(content(store, output)).isEqualTo(content(store, undisturbed));
      assertThat(leftovers(store, output)).isEmpty();
    }
  }

  /** Does what {@code trawl clean} advises. */
  private static void putBackIfKilledBetweenRenames(Store store, Path output) throws IOException {
    FileSystem fileSystem = output.getFileSystem(store.hadoop());
    if (!fileSystem.exists(output)) {
      List<Found> found =
          new AbandonedFiles(output.getParent(), store.hadoop())
              .find(output.getParent(), Instant.now().plus(Duration.ofDays(1)));
      assertThat(found).hasSize(1);
      assertThat(found.get(0).keepReason().orElseThrow()).contains("rename it to killed");
      assertThat(fileSystem.rename(found.get(0).path(), output)).isTrue();
    }
  }

  private static Path output(Store store, String name) {
    return new Path(store.root(), name);
  }

  /** A model of some megabytes, so that writing it takes a while. */
  private void putModel(Store store) throws IOException {
    java.nio.file.Path larger = folder.resolve("larger");
    if (!Files.exists(larger)) {
      TinyModel.write(larger, DType.F32, HIDDEN);
    }
    FileSystem fileSystem = store.root().getFileSystem(store.hadoop());
    for (String file : List.of("config.json", "vocab.json", SHARD)) {
      fileSystem.copyFromLocalFile(
          new Path(larger.resolve(file).toUri()), new Path(store.root(), "larger/" + file));
    }
  }

  private void finish(Store store, String output, int rank)
      throws IOException, InterruptedException {
    Process run = start(store, output, rank);
    assertThat(run.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).as(Files.readString(folder.resolve("run.log"))).isZero();
  }

  private Process start(Store store, String output, int rank) throws IOException {
    return CommandProcess.start(
        folder.resolve("run.log"),
        store.options(),
        "denoise",
        "--model",
        new Path(store.root(), "larger").toString(),
        "--output",
        output(store, output).toString(),
        "--overwrite",
        "--strategy",
        "layer",
        "--rank",
        Integer.toString(rank),
        "--memory.off-heap",
        "256m");
  }

  /** How long a run is at work that nobody disturbs, from its first file on. */
  private long workingMillis(Store store) throws IOException, InterruptedException {
    Process run = startWork(store, 2);
    long start = System.nanoTime();
    assertThat(run.waitFor(300, TimeUnit.SECONDS)).isTrue();
    return (System.nanoTime() - start) / 1_000_000;
  }

  /** A run that has made its directory. */
  private Process startWork(Store store, int rank) throws IOException, InterruptedException {
    Path output = output(store, "killed");
    List<String> before = leftovers(store, output);
    Process run = start(store, "killed", rank);
    while (before.containsAll(leftovers(store, output))) {
      assertThat(run.isAlive()).as(Files.readString(folder.resolve("run.log"))).isTrue();
      Thread.sleep(20);
    }
    return run;
  }

  /** What killed runs have left goes, unless an output needs it. */
  private static void clean(Store store, Path directory) {
    AbandonedFiles files = new AbandonedFiles(directory, store.hadoop());
    // Everything is old tomorrow.
    for (Found found : files.find(directory, Instant.now().plus(Duration.ofDays(1)))) {
      if (found.keepReason().isEmpty()) {
        files.remove(found);
      }
    }
  }
}

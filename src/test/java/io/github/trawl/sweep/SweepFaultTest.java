package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.denoise.HdfsStore;
import io.github.trawl.denoise.S3Store;
import io.github.trawl.distributed.ExecutorKiller;
import io.github.trawl.distributed.LocalCluster;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.spark.KryoSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole sweeps whose executors die and whose disk is full. */
@Tag("slow")
class SweepFaultTest {
  @TempDir private java.nio.file.Path folder;
  private ObjectNode undisturbed;

  @BeforeEach
  void runUndisturbed() throws IOException {
    SmallModels.write("bert", folder.resolve("model"));
    SmallModels.task(folder.resolve("task"), 120);
    try (JavaSparkContext spark = localSpark()) {
      race(spark, local("undisturbed"));
    }
    undisturbed = result(local("undisturbed"), new Configuration());
  }

  @Test
  @Timeout(600)
  void executorsThatAreKilledCostTimeAlone() throws Exception {
    int killed;
    try (JavaSparkContext spark = LocalCluster.start("sweep", 2);
        ExecutorKiller killer = ExecutorKiller.start()) {
      race(spark, local("killed"));
      killed = killer.killed();
    }
    assertThat(killed).as("executors killed").isGreaterThan(1);
    assertThat(result(local("killed"), new Configuration())).isEqualTo(undisturbed);
  }

  @Test // HDFS refuses more files than its quota, as a full disk does.
  @Timeout(600)
  void aFullDiskEndsARunInALineAndTheNextGoesOn() throws IOException {
    try (HdfsStore store = new HdfsStore(folder.resolve("hdfs"));
        JavaSparkContext spark = localSpark()) {
      Path output = new Path(store.root(), "sweep");
      DistributedFileSystem fileSystem =
          (DistributedFileSystem) FileSystem.get(output.toUri(), store.hadoop());
      fileSystem.mkdirs(output);
      List<Long> reached = new ArrayList<>();
      for (long files : new long[] {4, 12, 20, 28, 36, 44}) {
        fileSystem.setQuota(output, files, HdfsConstants.QUOTA_DONT_SET);
        assertThatThrownBy(() -> race(spark, output))
            .hasMessageContaining("quota")
            .isInstanceOfSatisfying(
                TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
            .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        reached.add(fileSystem.getContentSummary(output).getFileCount());
      }
      assertThat(Set.copyOf(reached)).as("files of each run: " + reached).hasSizeGreaterThan(2);
      fileSystem.setQuota(output, HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_DONT_SET);
      race(spark, output);
      assertThat(result(output, store.hadoop())).isEqualTo(undisturbed);
    }
  }

  @Test // As a MinIO server whose disk is full.
  @Timeout(600)
  void aFullObjectStoreEndsARunInALineAndTheNextGoesOn() throws IOException {
    try (S3Store store = new S3Store(folder.resolve("s3"));
        JavaSparkContext spark = localSpark(store.hadoop())) {
      Path output = new Path(store.root(), "sweep");
      List<Integer> reached = new ArrayList<>();
      for (int files : new int[] {0, 6, 14, 22}) {
        store.setRoom(files);
        assertThatThrownBy(() -> race(spark, output))
            .hasMessageContaining("507")
            .isInstanceOfSatisfying(
                TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
            .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        reached.add(store.tree(store.root()).size());
      }
      assertThat(Set.copyOf(reached)).as("files of each run: " + reached).hasSizeGreaterThan(2);
      store.setRoom(Long.MAX_VALUE);
      race(spark, output);
      assertThat(result(output, store.hadoop())).isEqualTo(undisturbed);
    }
  }

  private void race(JavaSparkContext spark, Path output) {
    MeasuredSweep.race(spark, folder.resolve("model"), folder.resolve("task"), output);
  }

  private static JavaSparkContext localSpark() {
    return localSpark(new Configuration(false));
  }

  /** Starts Spark with Hadoop's settings for a store. */
  private static JavaSparkContext localSpark(Configuration store) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("sweep")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1");
    store
        .getPropsWithPrefix("fs.s3a.")
        .forEach((key, value) -> conf.set("spark.hadoop.fs.s3a." + key, value));
    return new JavaSparkContext(KryoSettings.apply(conf));
  }

  private Path local(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  /** What was found, without what it took and where. */
  private static ObjectNode result(Path output, Configuration hadoop) throws IOException {
    try (InputStream stream =
        FileSystem.get(output.toUri(), hadoop).open(new Path(output, "result.json"))) {
      ObjectNode result = (ObjectNode) new ObjectMapper().readTree(stream);
      result.remove(List.of("costs", "name"));
      return result;
    }
  }
}

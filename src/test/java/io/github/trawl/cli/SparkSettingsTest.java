package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SparkSettingsTest {
  private static final Path MODEL = new Path("hdfs://h/models/bert-base-uncased");

  @AfterEach
  void clear() {
    System.clearProperty("spark.app.name");
    System.clearProperty("spark.locality.wait");
    System.clearProperty("spark.executor.memoryOverhead");
    System.clearProperty("spark.kryo.registrator");
  }

  @Test
  void ourDefaultsLieBeneathThoseOfUserAndSite() {
    SparkConf ours = SparkSettings.create("trawl denoise m", 4L << 30);
    assertThat(ours.get("spark.locality.wait")).isEqualTo("3s");
    assertThat(ours.get("spark.executor.memoryOverhead")).isEqualTo("5120m");
    assertThat(ours.get("spark.kryo.registrationRequired")).isEqualTo("true");
    assertThat(ours.get("spark.master")).isEqualTo("local[*]");

    // As spark-submit hands over what the files and options say.
    System.setProperty("spark.locality.wait", "9s");
    System.setProperty("spark.executor.memoryOverhead", "1g");
    System.setProperty("spark.kryo.registrator", "org.example.Theirs");
    SparkConf theirs = SparkSettings.create("trawl denoise m", 4L << 30);
    assertThat(theirs.get("spark.locality.wait")).isEqualTo("9s");
    assertThat(theirs.get("spark.executor.memoryOverhead")).isEqualTo("1g");
    assertThat(theirs.get("spark.kryo.registrator")).startsWith("org.example.Theirs,io.github");
  }

  @Test
  void anApplicationHasANameThatAPersonKnows() {
    StackSelection selection = new StackSelection(Strategy.LAYER, "fc", "all");
    String denoise =
        ApplicationName.ofDenoise(
            MODEL, selection, DecompositionOptions.of(DecompositionMethods.CP, 64, 0, 1, 0));
    assertThat(denoise).isEqualTo("trawl denoise bert-base-uncased layer/fc cp 64");
    assertThat(
            ApplicationName.ofDenoise(
                MODEL, selection, DecompositionOptions.ofRatio(DecompositionMethods.SVD, 0.1)))
        .endsWith(" svd 0.1");
    assertThat(ApplicationName.ofEvaluate(MODEL, List.of("world-facts", "/t/my.yaml"), 2))
        .isEqualTo("trawl evaluate bert-base-uncased world-facts,my.yaml with 2 edits");
    assertThat(ApplicationName.ofEvaluate(MODEL, List.of("", "a:b"), 0))
        .as("what is no path is left to whoever reads the tasks")
        .isEqualTo("trawl evaluate bert-base-uncased ,a:b");

    System.setProperty("spark.app.name", Main.class.getName());
    assertThat(SparkSettings.create(denoise, 1).get("spark.app.name")).isEqualTo(denoise);
    System.setProperty("spark.app.name", "trawl denoise bert-base-uncased");
    assertThat(SparkSettings.create(denoise, 1).get("spark.app.name")).isEqualTo(denoise);
    System.setProperty("spark.app.name", "nightly 7");
    assertThat(SparkSettings.create(denoise, 1).get("spark.app.name")).isEqualTo("nightly 7");
  }

  @Test
  void aSparkThatIsTooOldIsRefused() {
    assertThatThrownBy(() -> SparkVersion.check("3.5.1"))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("Spark 3.5.1", "4.0 and newer", "Scala 2.13");
    for (String version : new String[] {"4.0.0", "4.2.0", "10.1.0-SNAPSHOT", ""}) {
      assertThatCode(() -> SparkVersion.check(version)).doesNotThrowAnyException();
    }
    assertThatCode(SparkVersion::check).doesNotThrowAnyException();
  }

  @Test
  void aStartThatFailsNamesItsCause() {
    Exception failure =
        new IllegalStateException("service failed", new IOException("port 1 is taken\nat line"));
    assertThat(SparkStart.startFailure(new SparkConf(false).setMaster("spark://h:1"), failure))
        .hasMessage("Spark does not start at spark://h:1: service failed: port 1 is taken");
    SparkConf unknown = new SparkConf(false).setMaster("nonsense").setAppName("test");
    assertThatThrownBy(() -> SparkStart.context(unknown))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("does not start at nonsense", "Could not parse Master URL");
  }

  @Test
  void aFileSystemWithoutItsJarIsNamedWithTheRemedy() {
    CommandRun run = CommandRun.of("inspect", "--model", "abfs://box@account/model");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .hasLineCount(1)
        .contains(
            "org.apache.hadoop.fs.azurebfs.AzureBlobFileSystem",
            "--packages org.apache.hadoop:hadoop-azure:" + VersionInfo.getVersion());
    // The tests have the jar of S3A themselves.
    String s3a = "org/apache/hadoop/fs/s3a/S3AFileSystem";
    assertThat(MissingFileSystem.remedy(new RuntimeException(new NoClassDefFoundError(s3a))))
        .get()
        .asString()
        .contains(
            s3a.replace('/', '.'),
            "--packages org.apache.hadoop:hadoop-aws:" + VersionInfo.getVersion());
  }

  @Test
  void yarnsNameOfAContainerTellsTheAttempt() {
    assertThat(SchedulerAttempt.isRepeated(null)).isFalse();
    assertThat(SchedulerAttempt.isRepeated("container_1410901177871_0001_01_000005")).isFalse();
    assertThat(SchedulerAttempt.isRepeated("container_e17_1410901177871_0001_02_000001")).isTrue();
  }
}

package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.spark.MetricsPlugin;
import io.github.trawl.spark.RunMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's metrics system shows of our work. */
class SparkMetricsTest {
  private static final String SINK = "spark.metrics.conf.*.sink.";
  private static final String PREFIX = "metrics_trawl_driver_plugin_";
  private static final long LIMIT = 123_456_789;

  @TempDir private Path folder;

  @Test
  void thePrometheusServletAndJmxShowThem()
      throws IOException, InterruptedException, MalformedObjectNameException {
    SparkConf conf =
        SparkSettings.create("metrics", 1 << 20)
            .setMaster("local[1]")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.ui.port", "0")
            .set("spark.metrics.namespace", "trawl")
            .set(
                SINK + "prometheusServlet.class", "org.apache.spark.metrics.sink.PrometheusServlet")
            .set(SINK + "prometheusServlet.path", "/metrics/prometheus")
            .set(SINK + "jmx.class", "org.apache.spark.metrics.sink.JmxSink");
    try (JavaSparkContext spark = SparkStart.context(conf)) {
      RunMetrics.get().points(7, 3, 2, 1);
      RunMetrics.get().step(4, 9);
      long answered = value(spark, "examples_Count");
      long failures = value(spark, "failures_Count");
      RunMetrics.get().answered(11);
      RunMetrics.get().failed();
      assertThat(value(spark, "pointsTotal_Value")).isEqualTo(7);
      assertThat(value(spark, "pointsDone_Value")).isEqualTo(3);
      assertThat(value(spark, "pointsPruned_Value")).isEqualTo(2);
      assertThat(value(spark, "pointsFailed_Value")).isEqualTo(1);
      assertThat(value(spark, "stepDone_Value")).isEqualTo(4);
      assertThat(value(spark, "stepTotal_Value")).isEqualTo(9);
      assertThat(value(spark, "examples_Count")).isEqualTo(answered + 11);
      assertThat(page(spark)).containsKey(PREFIX + name("examples_OneMinuteRate"));
      assertThat(value(spark, "failures_Count")).isEqualTo(failures + 1);
      long taken = value(spark, "offHeapBytes_Value");
      ExecutorMemory.gate(LIMIT).acquire(1000);
      try {
        assertThat(value(spark, "offHeapBytes_Value")).isEqualTo(taken + 1000);
        assertThat(value(spark, "offHeapLimitBytes_Value")).isGreaterThanOrEqualTo(LIMIT);
      } finally {
        ExecutorMemory.gate(LIMIT).release(1000);
      }
      Set<ObjectName> beans =
          ManagementFactory.getPlatformMBeanServer()
              .queryNames(new ObjectName("metrics:name=trawl.driver.plugin.*,*"), null);
      assertThat(beans.toString()).contains("pointsDone", "offHeapBytes", "examples");
    }
  }

  /** Those of a whole command, as its sinks got them last. */
  @Test
  void aSweepTellsOfItsPointsAndExamples() throws IOException {
    Map<String, String> spark = new HashMap<>();
    spark.put("spark.master", "local[2]");
    spark.put("spark.ui.enabled", "false");
    spark.put("spark.driver.host", "127.0.0.1");
    spark.put("spark.local.dir", folder.resolve("spark").toString());
    spark.put("spark.metrics.namespace", "trawl");
    spark.put(SINK + "csv.class", "org.apache.spark.metrics.sink.CsvSink");
    spark.put(SINK + "csv.period", "3600");
    spark.put(SINK + "csv.directory", Files.createDirectory(folder.resolve("csv")).toString());
    spark.forEach(System::setProperty);
    try {
      Files.writeString(folder.resolve("grid.yaml"), "grid:\n  - {layers: 1, rank: [2, 4, 8]}\n");
      CommandRun run =
          CommandRun.of(
              "sweep",
              "--grid=" + folder.resolve("grid.yaml"),
              "--task=" + SmallModels.task(folder.resolve("task"), 40),
              "--model=" + SmallModels.write("bert", folder.resolve("model")),
              "--output=" + folder.resolve("sweep"),
              "--screen=none",
              "--memory.off-heap=256m");
      assertThat(run.exitCode()).as(run.err()).isZero();
    } finally {
      spark.keySet().forEach(System::clearProperty);
    }
    assertThat(last("pointsTotal")).isEqualTo("3");
    assertThat(last("pointsDone")).isEqualTo("3");
    // 32 test examples of three points and the unmodified model: the last step.
    assertThat(last("stepDone")).isEqualTo(last("stepTotal")).isEqualTo("4");
    assertThat(Long.parseLong(last("examples"))).isGreaterThanOrEqualTo(40 * 4);
    assertThat(last("offHeapLimitBytes")).isNotEqualTo("0");
  }

  @Test
  void pluginsOfTheUserStay() {
    System.setProperty("spark.plugins", "some.Plugin, other.Plugin");
    try {
      String ours = MetricsPlugin.class.getName();
      SparkConf conf = SparkSettings.create("plugins", 1 << 20);
      assertThat(conf.get("spark.plugins")).isEqualTo("some.Plugin, other.Plugin," + ours);
      System.setProperty("spark.plugins", ours + ",some.Plugin");
      assertThat(SparkSettings.create("plugins", 1 << 20).get("spark.plugins"))
          .isEqualTo(ours + ",some.Plugin");
    } finally {
      System.clearProperty("spark.plugins");
    }
  }

  private static long value(JavaSparkContext spark, String metric)
      throws IOException, InterruptedException {
    String value = page(spark).get(PREFIX + name(metric));
    assertThat(value).as(metric).isNotNull();
    return Long.parseLong(value);
  }

  private static String name(String metric) {
    return MetricsPlugin.class.getName().replace('.', '_') + "_" + metric;
  }

  /** The lines of the servlet by the names of the metrics. */
  private static Map<String, String> page(JavaSparkContext spark)
      throws IOException, InterruptedException {
    URI page = URI.create(spark.sc().uiWebUrl().get() + "/metrics/prometheus/");
    String body =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
            .body();
    Map<String, String> lines = new HashMap<>();
    body.lines()
        .map(line -> line.replaceFirst("\\{.*}", ""))
        .map(line -> line.split(" ", 2))
        .filter(words -> words.length == 2)
        .forEach(words -> lines.put(words[0], words[1]));
    return lines;
  }

  /** The second field of the last row that the sink wrote. */
  private String last(String metric) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("csv"))) {
      Path file =
          files
              .filter(each -> each.toString().endsWith("." + metric + ".csv"))
              .findFirst()
              .orElseThrow();
      List<String> rows = Files.readAllLines(file);
      return rows.get(rows.size() - 1).split(",", -1)[1];
    }
  }
}

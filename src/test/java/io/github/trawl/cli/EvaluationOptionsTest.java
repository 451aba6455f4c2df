package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class EvaluationOptionsTest {
  /** Only where neither says the cores of a task are those of an executor asked for. */
  @ParameterizedTest
  @CsvSource({
    "spark://host:7077, , , --threads=3, 3",
    "spark://host:7077, 8, , --threads=3, 3",
    "spark://host:7077, , 2, , 2",
    "spark://host:7077, 8, , , 8",
    "yarn, , , , 1",
    "yarn, 8, 2, --threads=3, 3",
    "local[4], 8, , , 4",
    "'local-cluster[2,3,1024]', , , , 3"
  })
  void aTaskHasTheCoresThatAreGiven(
      String master, String cores, String ofTask, String flag, String expected) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    if (cores != null) {
      conf.set("spark.executor.cores", cores);
    }
    if (ofTask != null) {
      conf.set("spark.task.cpus", ofTask);
    }
    EvaluationOptions options = new EvaluationOptions();
    new CommandLine(options)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(flag == null ? new String[0] : new String[] {flag});
    options.applyTo(conf);
    assertThat(conf.get("spark.task.cpus")).isEqualTo(expected);
  }
}

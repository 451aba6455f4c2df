package io.github.trawl.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorCountTest {
  @ParameterizedTest
  @CsvSource({
    "local, 9, , , 1",
    "local[*], , , , 1",
    "'local-cluster[ 3, 2, 1024 ]', , , , 3",
    "yarn, , , , ",
    "yarn, 9, , , 9",
    "yarn, 9, true, , ",
    "yarn, 9, true, 40, 40",
    "spark://host:7077, , false, 40, "
  })
  void isWhatTheConfigurationSays(
      String master, String instances, String dynamic, String most, Integer expected) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    set(conf, "spark.executor.instances", instances);
    set(conf, "spark.dynamicAllocation.enabled", dynamic);
    set(conf, "spark.dynamicAllocation.maxExecutors", most);
    assertThat(ExecutorCount.most(conf))
        .isEqualTo(expected == null ? OptionalInt.empty() : OptionalInt.of(expected));
  }

  private static void set(SparkConf conf, String key, String value) {
    if (value != null) {
      conf.set(key, value);
    }
  }
}

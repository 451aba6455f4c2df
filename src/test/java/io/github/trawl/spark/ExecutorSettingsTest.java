package io.github.trawl.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "local, 9, , , 1",
    "local[*], , , , 1",
    "'local-cluster[ 3, 2, 1024 ]', , , , 3",
    "yarn, , , , ",
    "yarn, 9, , , 9",
    "yarn, 9, true, , ",
    "yarn, 9, true, 40, 40",
    "spark://host:7077, , false, 40, ",
    "spark://host:7077, 9, , , ",
    "spark://host:7077, 9, true, 40, 40"
  })
  void executorsAreWhatTheConfigurationSays(
      String master, String instances, String dynamic, String most, Integer expected) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    set(conf, "spark.executor.instances", instances);
    set(conf, "spark.dynamicAllocation.enabled", dynamic);
    set(conf, "spark.dynamicAllocation.maxExecutors", most);
    assertThat(ExecutorSettings.most(conf))
        .isEqualTo(expected == null ? OptionalInt.empty() : OptionalInt.of(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "local, , 1",
    "local[3], , 3",
    "'local[3,2]', 9, 3",
    "'local-cluster[3,2,1024]', , 2",
    "yarn, , 1",
    "yarn, 4, 4",
    "k8s://https://host, , 1",
    "spark://host:7077, 4, 4"
  })
  void coresAreWhatTheConfigurationSays(String master, String cores, int expected) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    set(conf, "spark.executor.cores", cores);
    assertThat(ExecutorSettings.cores(conf)).isEqualTo(expected);
  }

  /** Its executors have as many cores as their workers. */
  @Test
  void theCoresOfAStandaloneExecutorHaveToBeSet() {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://host:7077");
    assertThatThrownBy(() -> ExecutorSettings.cores(conf))
        .isInstanceOfSatisfying(
            TrawlException.class,
            failure -> assertThat(failure.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContainingAll("spark://host:7077", "give --conf spark.executor.cores=N");
  }

  private static void set(SparkConf conf, String key, String value) {
    if (value != null) {
      conf.set(key, value);
    }
  }
}

package io.github.trawl.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerMemoryTest {
  private static final long FOUR_GIBIBYTES = 4L << 30;

  /** 4 GiB and 384 MiB are 4,480 MiB. */
  @ParameterizedTest
  @CsvSource({
    "yarn, spark.executor.memoryOverhead, 4479m, 4479",
    "k8s://https://host, spark.executor.memoryOverhead, 1g, 1024",
    "yarn, spark.executor.memory, 8g, 819",
    "yarn, spark.executor.memoryOverheadFactor, 0.5, 512",
    "yarn, spark.executor.minMemoryOverhead, 2g, 2048",
    "yarn, spark.kubernetes.memoryOverheadFactor, 0.5, 384",
    "k8s://https://host, spark.kubernetes.memoryOverheadFactor, 0.5, 512",
    "yarn, spark.executor.memory, 1g, 384"
  })
  void refusesAContainerThatIsTooSmall(String master, String key, String value, String given) {
    SparkConf conf = new SparkConf(false).set("spark.master", master).set(key, value);
    assertThatThrownBy(() -> ContainerMemory.check(conf, FOUR_GIBIBYTES))
        .isInstanceOfSatisfying(
            TrawlException.class,
            failure -> assertThat(failure.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContainingAll(
            "has " + given + " MiB", "spark.executor.memoryOverhead=4480m", "--memory.off-heap");
  }

  @ParameterizedTest
  @CsvSource({
    "yarn, spark.executor.memoryOverhead, 4480",
    "yarn, spark.executor.memory, 48g",
    "k8s://https://host, spark.executor.memoryOverhead, 5g",
    "yarn, spark.executor.minMemoryOverhead, 4480",
    "k8s://https://host, spark.kubernetes.memoryOverheadFactor, 4.4"
  })
  void takesOneThatIsLargeEnough(String master, String key, String value) {
    SparkConf conf = new SparkConf(false).set("spark.master", master).set(key, value);
    assertThatCode(() -> ContainerMemory.check(conf, FOUR_GIBIBYTES)).doesNotThrowAnyException();
  }

  @Test
  void hasNothingToSayWhereThereAreNoContainers() {
    for (String master : new String[] {"local[*]", "spark://host:7077"}) {
      SparkConf conf =
          new SparkConf(false)
              .set("spark.master", master)
              .set("spark.executor.memoryOverhead", "1m");
      assertThatCode(() -> ContainerMemory.check(conf, FOUR_GIBIBYTES)).doesNotThrowAnyException();
    }
  }
}

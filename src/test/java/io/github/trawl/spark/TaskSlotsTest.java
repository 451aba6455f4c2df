package io.github.trawl.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.distributed.LocalCluster;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TaskSlotsTest {
  /** Six cores, or as many as make whole tasks. */
  @ParameterizedTest
  @CsvSource({"1, 6, 6", "2, 6, 3", "4, 4, 1"})
  void theParallelismOfTheUserIsNoNumberOfCores(int coresOfATask, int cores, int slots) {
    SparkConf conf =
        conf("local[6]")
            .set("spark.default.parallelism", "100")
            .set("spark.task.cpus", Integer.toString(coresOfATask));
    SparkContext spark = new SparkContext(conf);
    try {
      assertThat(TaskSlots.cores(spark)).isEqualTo(cores);
      assertThat(TaskSlots.of(spark)).isEqualTo(slots);
      assertThat(TaskSlots.ofAll(spark)).isEqualTo(slots);
    } finally {
      spark.stop();
    }
  }

  @Test
  void theCoresOfALocalRunAreThoseOfItsMaster() {
    SparkContext spark = new SparkContext(conf("local[3]").set("spark.task.cpus", "2"));
    try {
      assertThat(TaskSlots.cores(spark)).isEqualTo(3);
      assertThat(TaskSlots.of(spark)).isEqualTo(1);
      assertThat(TaskSlots.ofAll(spark)).isEqualTo(1);
      assertThat(TaskSlots.processes(spark)).isEqualTo(1);
    } finally {
      spark.stop();
    }
  }

  /**
   * Of three cores of an executor one is left over; two executors don't make a third task of it.
   */
  @Test
  @Tag("slow")
  void coresOfSeveralExecutorsMakeNoTask() {
    try (JavaSparkContext spark =
        LocalCluster.start(
            "slots",
            2,
            Map.of("spark.master", "local-cluster[2,3,2048]", "spark.task.cpus", "2"))) {
      assertThat(TaskSlots.cores(spark.sc())).isEqualTo(6);
      assertThat(TaskSlots.of(spark.sc())).isEqualTo(1);
      assertThat(TaskSlots.ofAll(spark.sc())).isEqualTo(2);
    }
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false)
        .setMaster(master)
        .setAppName("slots")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1");
  }
}

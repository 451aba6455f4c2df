package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class LocalClusterTest {
  @Test
  void runsTasksInOtherProcesses() {
    List<Integer> numbers = IntStream.rangeClosed(1, 100).boxed().toList();
    try (JavaSparkContext spark = LocalCluster.start("local cluster", 2)) {
      assertThat(spark.parallelize(numbers, 8).reduce(Integer::sum)).isEqualTo(5050);
      Set<Long> processes =
          new TreeSet<>(
              spark.parallelize(numbers, 8).map(number -> ProcessHandle.current().pid()).collect());
      assertThat(processes).isNotEmpty().doesNotContain(ProcessHandle.current().pid());
    }
  }
}

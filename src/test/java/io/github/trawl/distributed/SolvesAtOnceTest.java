package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.ExecutorMemory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two driver threads of one application solve at a time, as in a notebook or a server of jobs. */
@Timeout(300)
class SolvesAtOnceTest {
  @Test
  void haveTheBitsOfEachAloneAndReturnAllMemory() {
    OffHeapMemory memory = ExecutorMemory.limitedTo(Solves.MEMORY);
    long before = memory.allocatedBytes();
    AtomicLong during = new AtomicLong();
    CpAls.Listener listener =
        (iteration, members, fit) -> during.set(ResidentSolves.ofThisProcess().bytes());
    try (JavaSparkContext spark = DistributedPassesTest.spark("local[2]")) {
      List<List<Decomposition>> alone = Solves.inTurns(spark);
      Solves.assertSameBits(Solves.atOnce(spark, listener), alone);
    }
    assertThat(during.get()).isEqualTo(4L * (3 * 120 * 110 + 2 * 200 * 90));
    assertThat(ResidentSolves.ofThisProcess().bytes()).isZero();
    assertThat(memory.allocatedBytes()).isEqualTo(before);
  }
}

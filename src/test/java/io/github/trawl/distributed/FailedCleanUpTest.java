package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.tensor.TensorSource;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A clean-up that fails does not throw away the result that is there. */
@Timeout(300)
class FailedCleanUpTest {
  private static final TensorSource SOURCE = new SyntheticSource(3, 120, 110, 0.5f);

  /** From the last iteration on Spark answers no request to free anything. */
  @Test
  void keepsTheResult() {
    List<Decomposition> expected;
    try (JavaSparkContext spark = DistributedPassesTest.spark("local[2]")) {
      expected = Solves.solve(spark, SOURCE, CpAls.Listener.NONE);
    }
    try (JavaSparkContext spark = DistributedPassesTest.spark("local[2]")) {
      CpAls.Listener breaker =
          (iteration, members, fit) -> {
            if (iteration == Solves.ITERATIONS) {
              spark.env().blockManager().master().stop();
            }
          };
      DistributedPassesTest.assertSameBits(Solves.solve(spark, SOURCE, breaker), expected);
    }
  }
}

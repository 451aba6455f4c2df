package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.spark.BlasSetting;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.TensorSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Executors for whose processor OpenBLAS is not there. */
@Tag("slow")
@Timeout(300)
class BlasOnExecutorsTest {
  private static final TensorSource SOURCE = new SyntheticSource(3, 60, 50, 0.5f);
  private static final long MEMORY = 1L << 28;

  /** The driver runs in this process. */
  @AfterEach
  void takeNativeAgain() {
    BlasProvider.prefer(BlasProvider.NATIVE);
  }

  @Test
  void failWithWhatToInstall() {
    try (JavaSparkContext spark = cluster(Map.of())) {
      assertThatThrownBy(() -> solve(solver(spark)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContainingAll(
              "OpenBLAS does not work on ",
              "(linux-riscv64)",
              "with the classifier linux-riscv64",
              "--conf spark.trawl.blas=java");
    }
  }

  @Test
  void computeInJavaWhereThatIsAskedFor() {
    double expected;
    Set<BlasAndCpu> ofNative;
    try (JavaSparkContext spark = DistributedPassesTest.spark("local[2]")) {
      DistributedSolver solver = solver(spark);
      expected = solve(solver).relativeError();
      ofNative = solver.arithmetic();
    }
    assertThat(ofNative).containsExactly(BlasAndCpu.ofThisProcess());
    try (JavaSparkContext spark = cluster(Map.of(BlasSetting.KEY, BlasProvider.JAVA))) {
      DistributedSolver solver = solver(spark);
      assertThat(solve(solver).relativeError()).isCloseTo(expected, within(1e-4));
      assertThat(solver.arithmetic())
          .as("Spark gives executors Java's vector module, which the driver of a test lacks")
          .isNotEmpty()
          .allSatisfy(one -> assertThat(one.blas()).startsWith("netlib "))
          .allSatisfy(one -> assertThat(one.cpu()).isEqualTo(ofNative.iterator().next().cpu()));
    }
  }

  private static JavaSparkContext cluster(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(
        "spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.platform=linux-riscv64");
    return LocalCluster.start("blas", 1, settings);
  }

  private static DistributedSolver solver(JavaSparkContext spark) {
    BlasSetting.apply();
    return new DistributedSolver(spark, 10_000, MEMORY);
  }

  private static Decomposition solve(DistributedSolver solver) {
    CpAls als =
        new CpAls(
            new CpOptions(3, 0),
            BlasProvider.blas(),
            ExecutorMemory.limitedTo(MEMORY),
            CpAls.Listener.NONE);
    return solver
        .solve(
            "tensor",
            new SourceSupply(SOURCE),
            passes -> als.decompose(passes, List.of(new CpMember(4, 0))))
        .get(0);
  }
}

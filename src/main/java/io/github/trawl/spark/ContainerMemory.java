package io.github.trawl.spark;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.Locale;
import org.apache.spark.SparkConf;

/**
 * Checks that the container of an executor has enough memory beside the heap. On YARN and
 * Kubernetes the memory overhead in the settings is the limit: an executor that takes more is
 * killed without an error that says why.
 */
public final class ContainerMemory {
  /**
   * Memory for the virtual machine itself, its threads and native libraries: as much as Spark's
   * default for the least overhead.
   */
  private static final long VIRTUAL_MACHINE_BYTES = 384L << 20;

  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String LEAST = "spark.executor.minMemoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";

  /** What Kubernetes takes where {@link #FACTOR} is not set. */
  private static final String KUBERNETES_FACTOR = "spark.kubernetes.memoryOverheadFactor";

  private ContainerMemory() {}

  /** The bytes of overhead that an executor needs if its tasks may take {@code offHeapBytes}. */
  public static long overheadBytes(long offHeapBytes) {
    return offHeapBytes + VIRTUAL_MACHINE_BYTES;
  }

  /**
   * Refuses settings with which a container of YARN or Kubernetes would be too small for its
   * executor.
   *
   * @param offHeapBytes the off-heap memory that the tasks of an executor may take together
   * @throws TrawlException of category {@code USAGE} with the setting to change
   */
  public static void check(SparkConf conf, long offHeapBytes) {
    String master = conf.get("spark.master", "");
    if (!master.startsWith("yarn") && !master.startsWith("k8s")) {
      return;
    }
    long needed = toMebibytes(overheadBytes(offHeapBytes));
    long given = givenMebibytes(conf);
    if (given < needed) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          String.format(
              Locale.ROOT,
              "an executor may take %d MiB outside its heap (--memory.off-heap) and needs an overhead"
                  + " of %d MiB, but its container has %d MiB; give --conf %s=%dm or lower"
                  + " --memory.off-heap",
              offHeapBytes >> 20,
              needed,
              given,
              OVERHEAD,
              needed));
    }
  }

  /**
   * Returns the overhead as Spark computes it: the setting, or else a share of the heap, but no
   * less than a least overhead.
   */
  private static long givenMebibytes(SparkConf conf) {
    if (conf.contains(OVERHEAD)) {
      return conf.getSizeAsMb(OVERHEAD);
    }
    double share = factor(conf) * conf.getSizeAsMb("spark.executor.memory", "1g");
    return Math.max(conf.getSizeAsMb(LEAST, "384m"), (long) share);
  }

  private static double factor(SparkConf conf) {
    boolean kubernetes = conf.get("spark.master", "").startsWith("k8s");
    return conf.getDouble(FACTOR, kubernetes ? conf.getDouble(KUBERNETES_FACTOR, 0.1) : 0.1);
  }

  private static long toMebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}

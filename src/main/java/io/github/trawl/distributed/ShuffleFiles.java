package io.github.trawl.distributed;

import org.apache.spark.ContextCleaner;
import org.apache.spark.Dependency;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.rdd.RDD;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** The files of a shuffle on the disks of the executors. */
final class ShuffleFiles {
  private ShuffleFiles() {}

  /**
   * Frees the files that {@code shuffled} is fetched from, without waiting for it. Spark's own
   * {@code cleanShuffleDependencies} also frees those of the RDDs before it, which other RDDs still
   * need.
   */
  static void free(RDD<?> shuffled) {
    Option<ContextCleaner> cleaner = shuffled.sparkContext().cleaner();
    for (Dependency<?> dependency : CollectionConverters.asJava(shuffled.dependencies())) {
      if (dependency instanceof ShuffleDependency<?, ?, ?> shuffle && cleaner.isDefined()) {
        cleaner.get().doCleanupShuffle(shuffle.shuffleId(), false);
      }
    }
  }
}

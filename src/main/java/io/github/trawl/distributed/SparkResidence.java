package io.github.trawl.distributed;

import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.RDDBlockId;

/**
 * Tells a {@link Residence} from what Spark stores in this process: a solve is under way as long as
 * its broadcast is stored here, and this process is the home of a range that it caches. Spark
 * removes both from all executors when the driver destroys or unpersists them, so that no job has
 * to reach every executor to free its blocks.
 *
 * @param broadcast id of the broadcast of the solve's {@link BlockTask}
 * @param rdd id of the RDD of cached ranges
 * @param partition index of the range's partition
 */
record SparkResidence(long solveId, long broadcast, int rdd, int partition) implements Residence {
  @Override
  public boolean isUnderWay() {
    return isStored(new BroadcastBlockId(broadcast, ""));
  }

  @Override
  public boolean isHome() {
    return isStored(new RDDBlockId(rdd, partition));
  }

  private static boolean isStored(BlockId id) {
    SparkEnv environment = SparkEnv.get();
    return environment != null && environment.blockManager().getStatus(id).isDefined();
  }
}

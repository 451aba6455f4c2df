package io.github.trawl.distributed;

import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.RDDBlockId;

/**
 * A residence as Spark's own storage in this process shows it: a solve is under way as long as its
 * broadcast is here, and a range is at home where it is cached. Spark removes both everywhere when
 * the driver lets go of them, so that no job has to reach every executor to free its blocks.
 *
 * @param broadcast id of what the solve has broadcast
 * @param rdd id of the cached ranges
 * @param partition of the range
 */
record SparkResidence(long solve, long broadcast, int rdd, int partition) implements Residence {
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

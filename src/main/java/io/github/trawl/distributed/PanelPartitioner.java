package io.github.trawl.distributed;

import io.github.trawl.tensor.Panels;
import java.util.Objects;
import org.apache.spark.Partitioner;

/** Gives each partition a run of consecutive panels of columns. Keys are the panels' indices. */
final class PanelPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final Panels shares;

  /**
   * @param panels the number of panels
   * @param partitions at least 1; no more than {@code panels} are used
   */
  PanelPartitioner(int panels, int partitions) {
    this.shares = new Panels(panels, Math.min(panels, partitions));
  }

  @Override
  public int numPartitions() {
    return shares.count();
  }

  @Override
  public int getPartition(Object key) {
    int panel = Objects.checkIndex((Integer) key, shares.length());
    // The last share that starts at or before the panel.
    return (int) (((long) panel * shares.count() + shares.count() - 1) / shares.length());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PanelPartitioner partitioner && partitioner.shares.equals(shares);
  }

  @Override
  public int hashCode() {
    return shares.hashCode();
  }
}

package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.decomposition.Sums;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/** Brings the sums of blocks to the driver in block order, never more than a bounded number. */
final class OrderedSums {
  /** Blocks whose sums are added on executors before they go to the driver. */
  private static final int GROUP = 32;

  private OrderedSums() {}

  /**
   * The sums of the blocks in block order, of runs of {@value #GROUP} of them where there are more.
   * The grouping depends on the number of blocks alone.
   *
   * @param sums by block index
   */
  static List<CpKernels.RowSums> collect(JavaPairRDD<Integer, CpKernels.RowSums> sums, int count) {
    JavaPairRDD<Integer, CpKernels.RowSums> groups =
        count <= GROUP
            ? sums
            : sums.mapToPair(part -> new Tuple2<>(part._1 / GROUP, part))
                .groupByKey(new HashPartitioner((count + GROUP - 1) / GROUP))
                .mapValues(OrderedSums::sum);
    List<Tuple2<Integer, CpKernels.RowSums>> collected = new ArrayList<>(groups.collect());
    collected.sort(Comparator.comparingInt(Tuple2::_1));
    return collected.stream().map(Tuple2::_2).toList();
  }

  private static CpKernels.RowSums sum(Iterable<Tuple2<Integer, CpKernels.RowSums>> parts) {
    List<Tuple2<Integer, CpKernels.RowSums>> ordered = new ArrayList<>();
    parts.forEach(ordered::add);
    ordered.sort(Comparator.comparingInt(Tuple2::_1));
    return Sums.ofRows(ordered.stream().map(Tuple2::_2).toList());
  }
}

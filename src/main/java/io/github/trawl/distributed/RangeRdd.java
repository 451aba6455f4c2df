package io.github.trawl.distributed;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * An RDD of the results of {@code work} on each range of blocks, with access to the panels of B.
 *
 * <p>A task runs where its blocks are and fetches the panels, if it needs them, directly from the
 * executors that keep them. Spark's broadcast would send B through the driver. If panels have not
 * been solved yet, the tasks share this work: each first solves the panels of one partition, and
 * then fetches those that others have solved.
 */
final class RangeRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final RDD<SuppliedRange> blocks;
  private final RDD<ColumnPanel> panels;
  private final boolean solvesPanels;
  private final Work<T> work;

  /**
   * @param blocks one range in each partition
   * @param panels the current B, persisted; null for the random start
   * @param solvesPanels whether panels may not have been solved yet
   */
  RangeRdd(RDD<SuppliedRange> blocks, RDD<ColumnPanel> panels, boolean solvesPanels, Work<T> work) {
    super(
        blocks.sparkContext(), dependencies(blocks, panels), ClassTag$.MODULE$.apply(Object.class));
    this.blocks = blocks;
    this.panels = panels;
    this.solvesPanels = solvesPanels;
    this.work = work;
  }

  /** The work of a task on its range of blocks, with access to B. */
  interface Work<T> extends Serializable {
    /** Runs in the task of the range. */
    java.util.Iterator<T> run(SuppliedRange range, ColumnSource columns);
  }

  @SuppressWarnings("ArrayRecordComponent") // Read by Spark, never changed.
  private record RangePartition(int index, Partition range, Partition[] panels)
      implements Partition {}

  /** Makes every partition depend on all panels. */
  private static final class AllPartitions extends NarrowDependency<ColumnPanel> {
    private static final long serialVersionUID = 1L;

    AllPartitions(RDD<ColumnPanel> parent) {
      super(parent);
    }

    @Override
    public Seq<Object> getParents(int partition) {
      List<Object> parents =
          new ArrayList<>(IntStream.range(0, rdd().getNumPartitions()).boxed().toList());
      return CollectionConverters.asScala(parents).toSeq();
    }
  }

  private static Seq<Dependency<?>> dependencies(
      RDD<SuppliedRange> blocks, RDD<ColumnPanel> panels) {
    // The blocks first: Spark places a task by the first dependency that has a preferred place.
    List<Dependency<?>> dependencies = new ArrayList<>(List.of(new OneToOneDependency<>(blocks)));
    if (panels != null) {
      dependencies.add(new AllPartitions(panels));
    }
    return CollectionConverters.asScala(dependencies).toSeq();
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] all = panels == null ? new Partition[0] : panels.partitions();
    return Arrays.stream(blocks.partitions())
        .map(range -> new RangePartition(range.index(), range, all))
        .toArray(Partition[]::new);
  }

  @Override
  public Iterator<T> compute(Partition split, TaskContext context) {
    RangePartition partition = (RangePartition) split;
    if (solvesPanels && partition.index() < partition.panels().length) {
      forEachPanel(partition, context, 1, panel -> {});
    }
    SuppliedRange range = blocks.iterator(partition.range(), context).next();
    ColumnSource columns =
        panels == null
            ? ColumnSource.RANDOM_START
            : consumer -> forEachPanel(partition, context, partition.panels().length, consumer);
    return CollectionConverters.asScala(work.run(range, columns));
  }

  /**
   * Hands the panels of {@code parts} partitions to {@code consumer}, beginning with the partition
   * that has the index of the task.
   */
  private void forEachPanel(
      RangePartition partition, TaskContext context, int parts, Consumer<ColumnPanel> consumer) {
    Partition[] all = partition.panels();
    for (int i = 0; i < parts; i++) {
      Iterator<ColumnPanel> iterator =
          panels.iterator(all[(partition.index() + i) % all.length], context);
      while (iterator.hasNext()) {
        consumer.accept(iterator.next());
      }
    }
  }
}

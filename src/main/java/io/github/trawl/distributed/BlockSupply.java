package io.github.trawl.distributed;

import io.github.trawl.spark.CleanUp;
import io.github.trawl.spark.JavaSerialized;
import io.github.trawl.tensor.BlockLoader;
import io.github.trawl.tensor.Panels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.Dependency;
import org.apache.spark.HashPartitioner;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.RDDBlockId;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * An RDD with one partition for each task among which the blocks of a tensor are divided. It holds
 * the task's range of blocks and what the task needs to make those that are not on its executor.
 *
 * <p>If pieces are sent to tasks, see {@link BlockDelivery}, they go through a shuffle. The shuffle
 * is an ordinary dependency: pieces that are lost with an executor are made again. Until {@link
 * #close}, its files take as much disk as the pieces take.
 */
final class BlockSupply extends RDD<SuppliedRange> implements AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final RDD<BlockRange> ranges;
  private final Broadcast<JavaSerialized<BlockLoader>> loader;

  /** Null if each task reads its own rows. */
  private final RDD<Tuple2<Integer, byte[]>> pieces;

  private BlockSupply(
      RDD<BlockRange> ranges,
      Broadcast<JavaSerialized<BlockLoader>> loader,
      RDD<Tuple2<Integer, byte[]>> pieces) {
    super(
        ranges.sparkContext(),
        dependencies(ranges, pieces),
        ClassTag$.MODULE$.apply(SuppliedRange.class));
    this.ranges = ranges;
    this.loader = loader;
    this.pieces = pieces;
  }

  /**
   * Creates the supply for a division of the blocks.
   *
   * @param name of the tensor, for Spark's web UI and the log
   * @param grid how the rows of the tensor are cut into blocks
   * @param division the ranges of blocks, in order
   * @param ranges the same ranges as an RDD, one in each partition
   */
  static BlockSupply of(
      JavaSparkContext spark,
      String name,
      TensorSupply supply,
      Panels grid,
      List<BlockRange> division,
      RDD<BlockRange> ranges) {
    int[] rowStarts =
        IntStream.concat(
                division.stream().mapToInt(range -> grid.start(range.start())),
                IntStream.of(grid.length()))
            .toArray();
    BlockDelivery delivery = supply.deliver(spark, name, rowStarts);
    return new BlockSupply(
        ranges,
        spark.broadcast(new JavaSerialized<>(delivery.loader())),
        delivery
            .pieces()
            .map(
                all ->
                    // Indices from 0 on are their own hashes: partition i gets task i's pieces.
                    all.partitionBy(new HashPartitioner(division.size()))
                        .setName("pieces of " + name)
                        .rdd())
            .orElse(null));
  }

  private static Seq<Dependency<?>> dependencies(
      RDD<BlockRange> ranges, RDD<Tuple2<Integer, byte[]>> pieces) {
    // The ranges first: Spark places a task by the first dependency that has a preferred place.
    List<Dependency<?>> dependencies = new ArrayList<>(List.of(new OneToOneDependency<>(ranges)));
    if (pieces != null) {
      dependencies.add(new OneToOneDependency<>(pieces));
    }
    return CollectionConverters.asScala(dependencies).toSeq();
  }

  private record SupplyPartition(int index, Partition range, Partition pieces)
      implements Partition {}

  /** Returns whether this supply was made for this RDD of ranges. */
  boolean isOf(RDD<BlockRange> candidate) {
    return ranges == candidate;
  }

  /** Returns the loader that makes blocks in a task. */
  Broadcast<JavaSerialized<BlockLoader>> loader() {
    return loader;
  }

  /**
   * Returns whether pieces are sent to tasks. If so, a task needs all its pieces to make any of its
   * blocks.
   */
  boolean sendsPieces() {
    return pieces != null;
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] ofPieces = pieces == null ? null : pieces.partitions();
    return Arrays.stream(ranges.partitions())
        .map(
            range ->
                new SupplyPartition(
                    range.index(), range, ofPieces == null ? null : ofPieces[range.index()]))
        .toArray(Partition[]::new);
  }

  @Override
  public scala.collection.Iterator<SuppliedRange> compute(Partition split, TaskContext context) {
    SupplyPartition partition = (SupplyPartition) split;
    BlockRange range = ranges.iterator(partition.range(), context).next();
    // Pieces are fetched only if the task asks for them, because some of its blocks are missing.
    SuppliedRange supplied =
        new SuppliedRange(
            partition.index(),
            range,
            new RDDBlockId(ranges.id(), partition.index()),
            () -> pieces(partition, context));
    return CollectionConverters.asScala(List.of(supplied).iterator());
  }

  private Iterator<byte[]> pieces(SupplyPartition partition, TaskContext context) {
    Iterator<Tuple2<Integer, byte[]>> pairs =
        CollectionConverters.asJava(pieces.iterator(partition.pieces(), context));
    Iterable<Tuple2<Integer, byte[]>> once = () -> pairs;
    return StreamSupport.stream(once.spliterator(), false).map(Tuple2::_2).iterator();
  }

  /** Frees the files of the shuffle and the broadcast loader. */
  @Override
  public void close() {
    if (pieces != null) {
      CleanUp.run("free the " + pieces.name(), () -> ShuffleFiles.free(pieces));
    }
    CleanUp.run("free the broadcast block loader", loader::destroy);
  }
}

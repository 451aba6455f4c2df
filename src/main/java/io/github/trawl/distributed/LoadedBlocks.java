package io.github.trawl.distributed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.Dependency;
import org.apache.spark.HashPartitioner;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Ranges of blocks that are resident on the executor that asks for them: those that are not, a task
 * reads first. Where tasks read the tensor together, what readers read comes by a shuffle.
 *
 * <p>The shuffle is an ordinary dependency, so what is lost with an executor is read again by the
 * readers that had read it. Its files take as much disk as what is exchanged takes in the
 * checkpoint, until {@link #close}.
 */
final class LoadedBlocks extends RDD<BlockRange> implements AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final RDD<BlockRange> blocks;
  private final RDD<Tuple2<Integer, byte[]>> pieces;
  private final Broadcast<BlockTask> task;

  private LoadedBlocks(
      RDD<BlockRange> blocks, RDD<Tuple2<Integer, byte[]>> pieces, Broadcast<BlockTask> task) {
    super(
        blocks.sparkContext(),
        dependencies(blocks, pieces),
        ClassTag$.MODULE$.apply(BlockRange.class));
    this.blocks = blocks;
    this.pieces = pieces;
    this.task = task;
  }

  /**
   * The ranges of {@code blocks}, one a partition, persisted.
   *
   * @param name what a person calls the tensor
   * @param task whose blocks they are
   */
  static LoadedBlocks of(
      JavaSparkContext spark, String name, RDD<BlockRange> blocks, Broadcast<BlockTask> task) {
    if (task.value().exchange() == null) {
      return new LoadedBlocks(blocks, null, task);
    }
    int readers = task.value().exchange().readers();
    List<Integer> indices = new ArrayList<>();
    for (int reader = 0; reader < readers; reader++) {
      indices.add(reader);
    }
    JavaPairRDD<Integer, byte[]> pieces =
        spark
            .parallelize(indices, readers)
            .setName("readers of " + name)
            .flatMapToPair(reader -> task.value().read(reader))
            .setName("what was read of " + name)
            .partitionBy(new HashPartitioner(blocks.getNumPartitions()))
            .setName("pieces of " + name);
    return new LoadedBlocks(blocks, pieces.rdd(), task);
  }

  private static Seq<Dependency<?>> dependencies(
      RDD<BlockRange> blocks, RDD<Tuple2<Integer, byte[]>> pieces) {
    // The blocks first: Spark sends a task to where the first of them is cached.
    List<Dependency<?>> dependencies = new ArrayList<>(List.of(new OneToOneDependency<>(blocks)));
    if (pieces != null) {
      dependencies.add(new OneToOneDependency<>(pieces));
    }
    return CollectionConverters.asScala(dependencies).toSeq();
  }

  @SuppressWarnings("ArrayRecordComponent") // Read by Spark, never changed.
  private record LoadedPartition(int index, Partition range, Partition pieces)
      implements Partition {}

  @Override
  public Partition[] getPartitions() {
    Partition[] ofPieces = pieces == null ? null : pieces.partitions();
    return Arrays.stream(blocks.partitions())
        .map(
            range ->
                new LoadedPartition(
                    range.index(), range, ofPieces == null ? null : ofPieces[range.index()]))
        .toArray(Partition[]::new);
  }

  @Override
  public scala.collection.Iterator<BlockRange> compute(Partition split, TaskContext context) {
    LoadedPartition partition = (LoadedPartition) split;
    BlockRange range = blocks.iterator(partition.range(), context).next();
    task.value().load(partition.index(), range, () -> pieces(partition, context));
    return CollectionConverters.asScala(List.of(range).iterator());
  }

  private Iterator<byte[]> pieces(LoadedPartition partition, TaskContext context) {
    Iterator<Tuple2<Integer, byte[]>> pairs =
        CollectionConverters.asJava(pieces.iterator(partition.pieces(), context));
    Iterable<Tuple2<Integer, byte[]>> once = () -> pairs;
    return StreamSupport.stream(once.spliterator(), false).map(Tuple2::_2).iterator();
  }

  /** Frees the files of the shuffle. */
  @Override
  public void close() {
    if (pieces != null) {
      ShuffleFiles.free(pieces);
    }
  }
}

package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.distributed.BlockDelivery;
import io.github.trawl.distributed.TensorSupply;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.JavaSerialized;
import io.github.trawl.spark.RddResults;
import io.github.trawl.tensor.BlockFiller;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;

/**
 * A tensor whose rows are in a data set, in any order and partitions. The data set is read twice.
 */
final class RowSupply implements TensorSupply {
  private final JavaRDD<TensorRow> rows;
  private final TensorIndex index;

  private RowSupply(JavaRDD<TensorRow> rows, TensorIndex index) {
    this.rows = rows;
    this.index = index;
  }

  /**
   * Creates the supply, after a job over the data set has found out which slices and rows it has.
   *
   * @throws io.github.trawl.TrawlException if the rows make up no tensor
   */
  static RowSupply of(Dataset<?> dataset, TensorParams params) {
    boolean skipsInvalidRows = params.getHandleInvalid().equals("skip");
    JavaRDD<TensorRow> rows = TensorRow.select(dataset, params).toJavaRDD().map(TensorRow::of);
    // Merged in the order of the partitions, so that of several faults the first is reported.
    TreeMap<Integer, RowIdCollector> parts = new TreeMap<>();
    RddResults.forEach(
        rows.mapPartitions(
                (Iterator<TensorRow> part) -> {
                  RowIdCollector rowIds = new RowIdCollector(skipsInvalidRows);
                  part.forEachRemaining(rowIds::add);
                  return List.of(
                          new JavaSerialized<>(
                              new PartitionRowIds(TaskContext.getPartitionId(), rowIds)))
                      .iterator();
                })
            .setName("rows of " + params.uid())
            .rdd(),
        part -> parts.put(part.value().partition(), part.value().rowIds()));
    RowIdCollector all = new RowIdCollector(skipsInvalidRows);
    parts.values().forEach(all::add);
    boolean numericSlices = TensorSchema.hasNumericSlices(dataset.schema(), params);
    return new RowSupply(rows, all.index(numericSlices));
  }

  private record PartitionRowIds(int partition, RowIdCollector rowIds) implements Serializable {}

  TensorIndex index() {
    return index;
  }

  @Override
  public TensorShape shape() {
    return new TensorShape(index.slices().size(), index.rows().length, index.width());
  }

  @Override
  public ValueFormat format() {
    return ValueFormat.FLOAT32;
  }

  @Override
  public BlockDelivery deliver(JavaSparkContext spark, String name, int[] rowStarts) {
    // Spark's ContextCleaner frees it after the RDD of pieces, which refers to it.
    Broadcast<JavaSerialized<TensorIndex>> places = spark.broadcast(new JavaSerialized<>(index));
    JavaPairRDD<Integer, byte[]> pieces =
        rows.mapPartitionsToPair(part -> new RowPieces(part, places.value().value(), rowStarts))
            .setName("rows of " + name);
    int depth = index.slices().size();
    int width = index.width();
    return new BlockDelivery(
        (task, starts, sent, format, memory) -> blocks(starts, depth, width, sent, format, memory),
        Optional.of(pieces));
  }

  private static List<TensorBlock> blocks(
      int[] rowStarts,
      int depth,
      int width,
      Iterator<byte[]> sent,
      ValueFormat format,
      OffHeapMemory memory) {
    try {
      return BlockFiller.fill(
          rowStarts, depth, width, format, memory, blocks -> RowPieces.put(sent, width, blocks));
    } catch (IllegalStateException e) {
      throw changed(e.getMessage(), e);
    }
  }

  /** Returns the error that the second reading of the data set is not like the first. */
  static TrawlException changed(String difference, Throwable cause) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        "the data set had other rows when it was read again (%s); persist it before fitting"
            .formatted(difference),
        cause);
  }
}

package io.github.trawl.distributed;

import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.BlasSetting;
import io.github.trawl.spark.JavaSerialized;
import io.github.trawl.spark.RddResults;
import io.github.trawl.tensor.BlockLoader;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Runs work in a task that holds a whole tensor. */
public final class WholeTensor {
  private WholeTensor() {}

  /** Makes the block that is the whole tensor. It may be called more than once. */
  @FunctionalInterface
  public interface Loading {
    /** Returns the block, which the caller closes. */
    TensorBlock load(ValueFormat format, OffHeapMemory memory);
  }

  /** The work of the task. */
  @FunctionalInterface
  public interface Work<R extends Serializable> extends Serializable {
    /** Runs in the task. */
    R run(Loading tensor);
  }

  /**
   * Runs {@code work} in one task of the cluster.
   *
   * @param name of the tensor, shown in Spark's web UI
   * @return what {@code work} returns
   * @throws io.github.trawl.TrawlException if the task fails
   */
  public static <R extends Serializable> R inOneTask(
      JavaSparkContext spark, String name, TensorSupply tensor, Work<R> work) {
    int rows = tensor.shape().rows();
    List<BlockRange> division = List.of(new BlockRange(0, 1));
    List<JavaSerialized<R>> results = new ArrayList<>();
    try (BlockSupply supply =
        BlockSupply.of(
            spark,
            name,
            tensor,
            new Panels(rows, 1),
            division,
            spark.parallelize(division, 1).setName("rows of " + name).rdd())) {
      Task<R> task = new Task<>(supply, rows, work);
      RddResults.forEach(
          supply.toJavaRDD().map(task::run).setName("solve " + name).rdd(), results::add);
    }
    return results.get(0).value();
  }

  /**
   * The task. It has only what it needs of the supply, because the supply itself must not be sent.
   */
  private static final class Task<R extends Serializable> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<JavaSerialized<BlockLoader>> loader;
    private final boolean sendsPieces;
    private final int rows;
    private final Work<R> work;

    Task(BlockSupply supply, int rows, Work<R> work) {
      this.loader = supply.loader();
      this.sendsPieces = supply.sendsPieces();
      this.rows = rows;
      this.work = work;
    }

    JavaSerialized<R> run(SuppliedRange supplied) {
      BlasSetting.apply();
      Supplier<Iterator<byte[]>> pieces =
          sendsPieces ? supplied.pieces() : Collections::emptyIterator;
      return new JavaSerialized<>(
          work.run(
              (format, memory) ->
                  loader
                      .value()
                      .value()
                      .load(0, new int[] {0, rows}, pieces.get(), format, memory)
                      .get(0)));
    }
  }
}

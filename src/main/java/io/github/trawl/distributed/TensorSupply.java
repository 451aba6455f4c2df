package io.github.trawl.distributed;

import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Where the values of a tensor come from, for tasks that each hold some of its rows: files that the
 * tasks read, {@link SourceSupply}, or a data set of Spark.
 *
 * <p>Delivering the same rows twice gives the same bits, so blocks that were lost can be had again.
 */
public interface TensorSupply {
  /** The shape of the tensor. */
  TensorShape shape();

  /** Returns a format that holds the values, taken as float32, without loss. */
  ValueFormat format();

  /**
   * How the tasks of a division of the rows get their blocks. Runs no job.
   *
   * @param name of the tensor, for Spark's pages
   * @param rowStarts the first row of each task, and one past the last row of the last
   */
  Delivery deliver(JavaSparkContext spark, String name, int[] rowStarts);
}

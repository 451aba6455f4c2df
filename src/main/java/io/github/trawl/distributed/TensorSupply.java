package io.github.trawl.distributed;

import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Supplies the values of a tensor to tasks that each hold some of its rows, from a source that the
 * tasks read, {@link SourceSupply}, or from a data set of Spark.
 *
 * <p>Delivering the same rows twice gives the same bits, so blocks that were lost can be made
 * again.
 */
public interface TensorSupply {
  /** The shape of the tensor. */
  TensorShape shape();

  /** Returns a format that represents every value, once converted to float32, exactly. */
  ValueFormat format();

  /**
   * Returns how the tasks of a division of the rows get their blocks. Runs no job.
   *
   * @param name of the tensor, for Spark's web UI
   * @param rowStarts the first row of each task, and one past the last row of the last
   */
  BlockDelivery deliver(JavaSparkContext spark, String name, int[] rowStarts);
}

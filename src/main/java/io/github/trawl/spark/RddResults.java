package io.github.trawl.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** Brings results to the driver task by task, so that the driver need not hold them all. */
public final class RddResults {
  /** Spark's error class for a missing block of an RDD whose lineage was cut. */
  private static final String BLOCK_IS_GONE = "CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND";

  private RddResults() {}

  /**
   * Runs a job and hands over the elements of each task when it has ended, in no particular order.
   *
   * @param consumer called for one element at a time, in a thread of Spark's scheduler
   * @throws io.github.trawl.TrawlException if a task fails
   * @throws LostBlocksException if a persisted partition that {@code elements} needs is on no
   *     executor any more and can't be computed again
   */
  public static <T> void forEach(RDD<T> elements, Consumer<T> consumer) {
    Function1<Iterator<T>, Object[]> toArray =
        (Function1<Iterator<T>, Object[]> & Serializable)
            iterator -> {
              List<T> values = new ArrayList<>();
              while (iterator.hasNext()) {
                values.add(iterator.next());
              }
              return values.toArray();
            };
    elements.sparkContext().setCallSite(elements.name()); // Else stages are named after this line.
    try {
      elements
          .sparkContext()
          .runJob(
              elements,
              toArray,
              (index, values) -> {
                for (Object value : values) {
                  @SuppressWarnings("unchecked")
                  T element = (T) value;
                  consumer.accept(element);
                }
                return BoxedUnit.UNIT;
              },
              ClassTag$.MODULE$.<Object[]>apply(Object[].class));
    } catch (Exception e) {
      // Spark's Scala code throws its checked exception without declaring it.
      throw String.valueOf(e.getMessage()).contains(BLOCK_IS_GONE)
          ? new LostBlocksException(elements.name(), e)
          : JobFailure.of(elements.name(), e);
    } finally {
      elements.sparkContext().clearCallSite();
    }
  }
}

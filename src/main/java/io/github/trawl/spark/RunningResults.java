package io.github.trawl.spark;

import io.github.trawl.TrawlException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** Runs tasks on the executors, one element a task, and hands over each result as it arrives. */
public final class RunningResults {
  private RunningResults() {}

  /** Work that travels to the executors. */
  public interface Work<T, R> extends Function<T, R>, Serializable {}

  /**
   * Applies {@code work} to every element of {@code tasks}.
   *
   * @param name what Spark's pages call the tasks
   * @param tasks serialisable; each travels with its own task alone
   * @param arrived called on the driver for each result, in the order of completion
   * @return the results in the order of the elements
   * @throws TrawlException the one that a task threw, or one that names another failure of a task
   */
  public static <T, R> List<R> collect(
      JavaSparkContext spark, String name, List<T> tasks, Work<T, R> work, Consumer<R> arrived) {
    List<R> results = new ArrayList<>(Collections.nCopies(tasks.size(), null));
    Function1<Iterator<T>, R> task =
        (Function1<Iterator<T>, R> & Serializable)
            element -> {
              BlasSetting.apply();
              return work.apply(element.next());
            };
    spark.setCallSite(name); // Else stages are called by this line.
    try (ElementBytes bytes = new ElementBytes(spark)) {
      RDD<T> elements = new ElementRdd<>(spark.sc(), tasks.stream().map(bytes::of).toList());
      spark
          .sc()
          .runJob(
              elements.setName(name),
              task,
              (index, result) -> {
                results.set((Integer) index, result);
                arrived.accept(result);
                return BoxedUnit.UNIT;
              },
              ClassTag$.MODULE$.<R>apply(Object.class));
      return results;
    } catch (Exception e) {
      throw JobFailure.of(name, e);
    } finally {
      spark.clearCallSite();
    }
  }
}

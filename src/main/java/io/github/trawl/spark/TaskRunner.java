package io.github.trawl.spark;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.Iterator;
import scala.concurrent.ExecutionContext;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;
import scala.util.Failure;

/**
 * Applies a function to a list of inputs on the executors, each in a task of its own, and hands
 * over each result as it arrives.
 */
public final class TaskRunner {
  private TaskRunner() {}

  /** Work that is sent to the executors. */
  public interface Work<T, R> extends Function<T, R>, Serializable {}

  /** Takes the results. */
  @FunctionalInterface
  public interface Arrival<R> {
    /**
     * Takes the result of a task.
     *
     * @param index the index of the task's input in the list
     */
    void accept(int index, R result);
  }

  /** The result of a task, or the end of the job: its failure, or null if it succeeded. */
  private record Event<R>(int index, R result, boolean end, Throwable failure) {}

  /**
   * Applies {@code work} to every input.
   *
   * @param name what Spark's pages call the tasks
   * @param inputs serialisable; each is sent only with its own task
   * @param arrived called in the calling thread for each result, in the order of completion
   * @return the results in the order of the inputs
   * @throws TrawlException the exception that a task threw, or one that describes another failure
   *     of a task
   */
  public static <T, R> List<R> collect(
      JavaSparkContext spark, String name, List<T> inputs, Work<T, R> work, Consumer<R> arrived) {
    List<R> results = new ArrayList<>(Collections.nCopies(inputs.size(), null));
    forEach(
        spark,
        name,
        inputs,
        work,
        (index, result) -> {
          results.set(index, result);
          arrived.accept(result);
        });
    return results;
  }

  /**
   * Does the same as {@link #collect}, but keeps no result. Several threads may call this at once.
   * {@code arrived} runs in the calling thread, so slow handling of a result delays neither other
   * callers nor Spark's scheduler.
   *
   * @param arrived an exception that it throws ends the job and is thrown by this method
   */
  public static <T, R> void forEach(
      JavaSparkContext spark, String name, List<T> inputs, Work<T, R> work, Arrival<R> arrived) {
    Function1<Iterator<T>, R> task =
        (Function1<Iterator<T>, R> & Serializable)
            partition -> {
              BlasSetting.apply();
              return work.apply(partition.next());
            };
    List<Object> indices = new ArrayList<>(IntStream.range(0, inputs.size()).boxed().toList());
    BlockingQueue<Event<R>> events = new LinkedBlockingQueue<>();
    spark.setCallSite(name); // Otherwise Spark's pages name the stages after this source line.
    try (ElementBytes bytes = new ElementBytes(spark)) {
      RDD<T> partitions = new ElementRdd<>(spark.sc(), inputs.stream().map(bytes::of).toList());
      SimpleFutureAction<BoxedUnit> job =
          spark
              .sc()
              .submitJob(
                  partitions.setName(name),
                  task,
                  CollectionConverters.asScala(indices).toSeq(),
                  (index, result) -> {
                    events.add(new Event<>((Integer) index, result, false, null));
                    return BoxedUnit.UNIT;
                  },
                  () -> BoxedUnit.UNIT);
      job.onComplete(
          outcome -> {
            Throwable failure = outcome instanceof Failure<?> failed ? failed.exception() : null;
            return events.add(new Event<>(0, null, true, failure));
          },
          ExecutionContext.fromExecutor(Runnable::run));
      takeAll(job, events, arrived);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrawlException(ErrorCategory.SYSTEM, "interrupted while waiting for " + name, e);
    } catch (Exception e) {
      throw JobFailure.of(name, e);
    } finally {
      spark.clearCallSite();
    }
  }

  /**
   * Hands over results until the job has ended. Cancels the job if handing over a result fails.
   *
   * @throws Exception the failure of the job
   */
  private static <R> void takeAll(
      SimpleFutureAction<?> job, BlockingQueue<Event<R>> events, Arrival<R> arrived)
      throws Exception {
    boolean ended = false;
    try {
      Event<R> event = events.take();
      while (!event.end()) {
        arrived.accept(event.index(), event.result());
        event = events.take();
      }
      ended = true;
      if (event.failure() instanceof Exception failure) {
        throw failure;
      } else if (event.failure() instanceof Error error) {
        throw error;
      }
    } finally {
      if (!ended) {
        job.cancel();
      }
    }
  }
}

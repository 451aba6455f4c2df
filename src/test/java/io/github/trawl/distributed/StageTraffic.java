package io.github.trawl.distributed;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.storage.RDDInfo;
import scala.jdk.javaapi.CollectionConverters;

/** Bytes that stages moved by Spark's own count, by the name of the RDD that a stage computes. */
final class StageTraffic extends SparkListener {
  private final Map<String, Bytes> byName = new HashMap<>();

  /**
   * @param blocksRead of persisted RDDs, from this executor or another
   * @param toDriver serialised results
   */
  record Bytes(long shuffleWritten, long shuffleRead, long blocksRead, long toDriver) {
    Bytes plus(TaskMetrics metrics) {
      return new Bytes(
          shuffleWritten + metrics.shuffleWriteMetrics().bytesWritten(),
          shuffleRead + metrics.shuffleReadMetrics().totalBytesRead(),
          blocksRead + metrics.inputMetrics().bytesRead(),
          toDriver + metrics.resultSize());
    }

    Bytes minus(Bytes other) {
      return new Bytes(
          shuffleWritten - other.shuffleWritten,
          shuffleRead - other.shuffleRead,
          blocksRead - other.blocksRead,
          toDriver - other.toDriver);
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
    StageInfo stage = event.stageInfo();
    // The RDD that a stage computes is the latest one made.
    RDDInfo computed =
        CollectionConverters.asJava(stage.rddInfos()).stream()
            .max((left, right) -> Integer.compare(left.id(), right.id()))
            .orElseThrow();
    byName.merge(
        computed.name(),
        new Bytes(0, 0, 0, 0).plus(stage.taskMetrics()),
        (before, now) -> before.plus(stage.taskMetrics()));
  }

  /** What was counted up to now. */
  Map<String, Bytes> byName(JavaSparkContext spark) throws TimeoutException {
    // Events may arrive later than the results that they describe.
    spark.sc().listenerBus().waitUntilEmpty();
    synchronized (this) {
      return Map.copyOf(byName);
    }
  }
}

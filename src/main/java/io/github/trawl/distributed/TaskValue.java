package io.github.trawl.distributed;

import io.github.trawl.spark.CleanUp;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A value that tasks use. A small value is sent with the stages that use it, which saves every
 * executor a round trip; a large one is broadcast, so that it is sent to each executor only once.
 */
final class TaskValue<T extends Serializable> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Bytes above which a value is broadcast: about half of the 1000 KiB at which Spark warns. */
  private static final long LARGE_BYTES = 1 << 19;

  private final T value;
  private final Broadcast<T> broadcast;

  private TaskValue(T value, Broadcast<T> broadcast) {
    this.value = value;
    this.broadcast = broadcast;
  }

  /**
   * Makes a value of the driver available to tasks.
   *
   * @param bytes the approximate size of the serialised value
   */
  static <T extends Serializable> TaskValue<T> of(JavaSparkContext spark, T value, long bytes) {
    return bytes > LARGE_BYTES
        ? new TaskValue<>(null, spark.broadcast(value))
        : new TaskValue<>(value, null);
  }

  T value() {
    return broadcast == null ? value : broadcast.value();
  }

  /** Frees what was broadcast; no task may use the value from here on. */
  void close() {
    if (broadcast != null) {
      CleanUp.run("free a broadcast value", broadcast::destroy);
    }
  }
}

package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.DeviceChoice;
import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The settings that the tasks of an evaluation share.
 *
 * @param id of the session, unique
 * @param source the checkpoint
 * @param loader of it
 * @param modelBytes that its weights take
 * @param threads native threads of a task
 * @param device which hardware computes
 * @param memoryBytes of the device that a process may use for weights and hidden states
 */
record Execution(
    String id,
    ModelSource source,
    ModelLoader loader,
    long modelBytes,
    int threads,
    DeviceChoice device,
    long memoryBytes,
    SerializableConfiguration hadoop)
    implements Serializable {
  /**
   * The most hidden states to keep; keeping more only lets more batches run for each time that
   * weights are put in.
   */
  private static final long MOST_PREFIX_BYTES = 256L << 20;

  /** Bytes of hidden states that are kept at a time. */
  long prefixBytes() {
    return Math.max(0, Math.min(MOST_PREFIX_BYTES, memoryBytes - modelBytes));
  }
}

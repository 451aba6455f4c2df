package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.DeviceChoice;
import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The settings that the Spark tasks of an evaluation share.
 *
 * @param id the unique id of the {@link EvaluationSession}
 * @param source the checkpoint
 * @param loader loads the checkpoint
 * @param residentWeightBytes the bytes of memory that the weights take; of a streamed model, those
 *     that are in memory at a time
 * @param continuedBytes the most bytes of memory that a batch of prompts takes while each of them
 *     gets several tokens; 0 if no task does that
 * @param threads the native threads of a Spark task
 * @param device which hardware computes
 * @param memoryBytes bytes of memory that a process may use for weights and hidden states: the
 *     GPU's, or main memory outside the Java heap
 * @param hadoop the configuration with which files are opened
 */
record ExecutionSettings(
    String id,
    ModelSource source,
    ModelLoader loader,
    long residentWeightBytes,
    long continuedBytes,
    int threads,
    DeviceChoice device,
    long memoryBytes,
    SerializableConfiguration hadoop)
    implements Serializable {
  /**
   * The most bytes of hidden states to keep if all weights are in memory, however much memory is
   * free. More would only let a candidate's weights be written less often, for more batches.
   */
  private static final long MOST_STATE_BYTES = 256L << 20;

  /** Whether one layer at a time is in memory. */
  boolean streamed() {
    return source.streamed();
  }

  /**
   * Returns the most bytes of hidden states that are kept at a time. A streamed model is read once
   * for all batches whose states are kept, so it gets half of what its weights leave, in which
   * batches that are continued have to fit, too; the other half is for what a layer computes. If
   * all weights are in memory, one batch at a time is continued, which leaves the rest.
   */
  long stateBudgetBytes() {
    long rest = memoryBytes - residentWeightBytes;
    return Math.max(
        0,
        streamed() ? streamedStateBytes(rest) : Math.min(MOST_STATE_BYTES, rest - continuedBytes));
  }

  /**
   * Returns the bytes that a model reserves of the memory of the process, which decompositions use
   * as well: those of its weights, of the hidden states that are kept and of a batch that is
   * continued; for a streamed model all that the process may use, since what its layers compute
   * fills the rest.
   */
  long reservedBytes() {
    return streamed()
        ? Math.max(residentWeightBytes, memoryBytes)
        : residentWeightBytes + stateBudgetBytes() + continuedBytes;
  }

  /**
   * Returns the most bytes of hidden states that are kept beside a streamed model.
   *
   * @param rest the bytes of memory that its weights leave
   */
  static long streamedStateBytes(long rest) {
    return rest / 2;
  }
}

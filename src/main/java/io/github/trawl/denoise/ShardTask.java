package io.github.trawl.denoise;

import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.ShardDigest;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardRewriter;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.checkpoint.TensorRewrite;
import io.github.trawl.factors.MatrixEdit;
import io.github.trawl.factors.Reassembly;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.spark.MemoryGate;
import io.github.trawl.spark.TaskAttempt;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes one shard of the denoised checkpoint: the selected matrices from their factors, everything
 * else unchanged.
 *
 * @param input directory of the input checkpoint
 * @param replacements the matrices to replace in this shard
 * @param staging where the file is written
 * @param inputDigest whether the SHA-256 of the input shard is computed
 * @param leastBytes off-heap bytes that the task reserves before it begins
 * @param memoryLimit bytes of off-heap memory that a process may use
 */
record ShardTask(
    String input,
    ShardFile shard,
    List<Replacement> replacements,
    Staging staging,
    boolean inputDigest,
    long leastBytes,
    long memoryLimit,
    SerializableConfiguration hadoop)
    implements Serializable {

  /**
   * A matrix to replace.
   *
   * @param stack name of its stack
   */
  record Replacement(MatrixEdit edit, String stack) implements Serializable {}

  /**
   * A replaced matrix.
   *
   * @param index which slice of the stack it is
   * @param relativeError ‖new − old‖ / ‖old‖ of the values as written
   */
  record ReplacedMatrix(WeightSlice slice, String stack, int index, double relativeError)
      implements Serializable {}

  /**
   * A written shard.
   *
   * @param arithmetic the BLAS and the processor that computed the matrices from their factors
   */
  record Result(
      ShardFile shard, ShardDigest digest, List<ReplacedMatrix> matrices, BlasAndCpu arithmetic)
      implements Serializable {}

  /** Waits until {@code leastBytes} of the process's off-heap memory are free; writes the shard. */
  Result run() {
    MemoryGate gate = ExecutorMemory.gate(memoryLimit);
    gate.acquire(leastBytes);
    try (Reassembly reassembly =
        new Reassembly(
            replacements.stream().map(Replacement::edit).toList(),
            ExecutorMemory.limitedTo(memoryLimit),
            hadoop.value())) {
      return write(reassembly.edits());
    } finally {
      gate.release(leastBytes);
    }
  }

  private Result write(Map<TensorInfo, Reassembly.TensorEdit> edits) {
    Map<String, TensorRewrite> rewrites = new HashMap<>();
    edits.forEach((tensor, edit) -> rewrites.put(tensor.name(), edit));
    ShardDigest digest =
        ShardRewriter.rewrite(
            new Path(input),
            shard,
            staging,
            TaskAttempt.name(),
            rewrites,
            inputDigest,
            hadoop.value());
    Map<WeightSlice, Double> errors = new HashMap<>();
    edits.values().forEach(edit -> errors.putAll(edit.relativeErrors()));
    return new Result(
        shard,
        digest,
        replacements.stream()
            .map(
                replacement ->
                    new ReplacedMatrix(
                        replacement.edit().slice(),
                        replacement.stack(),
                        replacement.edit().index(),
                        errors.get(replacement.edit().slice())))
            .toList(),
        BlasAndCpu.ofThisProcess());
  }
}

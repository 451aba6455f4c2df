package io.github.trawl.factors;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.MatrixBlocks;
import io.github.trawl.architecture.SliceRewrite;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.FloatOverflowException;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.checkpoint.TensorRewrite;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.FactorMatrices;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Computes the new values of stored tensors from the factors of their matrices.
 *
 * <p>Factors are read into off-heap memory when the first tensor that needs them is rewritten, and
 * freed after the last one. If tensors are rewritten in file order, the factors of a single-layer
 * stack are in memory only while that layer is rewritten. Not safe for use by several threads.
 */
public final class Reassembly implements AutoCloseable {
  private static final int CHUNK_BYTES = 4 << 20;

  private final OffHeapMemory memory;
  private final Configuration hadoop;
  private final Map<TensorInfo, TensorEdit> edits = new LinkedHashMap<>();

  /** For each decomposition, the tensors that are still to be rewritten with it. */
  private final Map<FactorRef, Set<TensorInfo>> users = new HashMap<>();

  private final Map<FactorRef, FactorMatrices> loaded = new HashMap<>();

  /**
   * A reassembly of all tensors in which {@code edits} replace matrices.
   *
   * @param memory for factors and scratch
   * @throws IllegalArgumentException if {@code edits} differ in {@link MatrixEdit#asControl()}
   */
  public Reassembly(List<MatrixEdit> edits, OffHeapMemory memory, Configuration hadoop) {
    this.memory = memory;
    this.hadoop = hadoop;
    Map<TensorInfo, Map<WeightSlice, MatrixBlocks>> byTensor = new LinkedHashMap<>();
    for (MatrixEdit edit : edits) {
      TensorInfo tensor = edit.slice().tensor();
      if (edit.asControl() != edits.get(0).asControl()) {
        throw new IllegalArgumentException(
            "edits of control %d and of control %d belong to different models"
                .formatted(edits.get(0).asControl(), edit.asControl()));
      }
      users.computeIfAbsent(edit.factors(), key -> new HashSet<>()).add(tensor);
      byTensor
          .computeIfAbsent(tensor, key -> new LinkedHashMap<>())
          .put(
              edit.slice(),
              (rowStart, rowCount, columnStart, columnCount, target) ->
                  factors(edit.factors())
                      .reconstruct(
                          edit.index(), rowStart, rowCount, columnStart, columnCount, target));
    }
    byTensor.forEach(
        (tensor, blocks) ->
            this.edits.put(tensor, new TensorEdit(tensor, new SliceRewrite(tensor, blocks))));
  }

  /** The rewrites of the tensors; each may be run once, from its tensor's start to its end. */
  public Map<TensorInfo, TensorEdit> edits() {
    return Map.copyOf(edits);
  }

  /** The rewrite of one tensor. */
  public final class TensorEdit implements TensorRewrite {
    private final TensorInfo tensor;
    private final SliceRewrite rewrite;

    private TensorEdit(TensorInfo tensor, SliceRewrite rewrite) {
      this.tensor = tensor;
      this.rewrite = rewrite;
    }

    @Override
    public void rewrite(long byteOffset, ByteBuffer chunk) {
      rewrite.rewrite(byteOffset, chunk);
      if (byteOffset + chunk.remaining() == tensor.length()) {
        release(tensor);
      }
    }

    /** The error of each matrix, as {@link SliceRewrite#relativeErrors}. */
    public Map<WeightSlice, Double> relativeErrors() {
      return rewrite.relativeErrors();
    }
  }

  private FactorMatrices factors(FactorRef ref) {
    return loaded.computeIfAbsent(ref, key -> FactorFile.readMatrices(key, memory, hadoop));
  }

  private void release(TensorInfo tensor) {
    users.forEach(
        (ref, tensors) -> {
          if (tensors.remove(tensor) && tensors.isEmpty() && loaded.containsKey(ref)) {
            loaded.remove(ref).close();
          }
        });
  }

  /** Frees the factors that are still in memory, as after a failure. */
  @Override
  public void close() {
    loaded.values().forEach(FactorMatrices::close);
    loaded.clear();
  }

  /**
   * All values of a tensor, as the checkpoint that a denoise run writes holds them: new values
   * rounded to the tensor's dtype, all others unchanged. If the edits are controls, the elements
   * that edits would change are changed at random instead.
   *
   * @param directory of the unmodified checkpoint
   * @param shards of this checkpoint by name, as they were when it was opened
   * @param edits of one tensor, at least one
   * @return float32 in the stored layout
   * @throws io.github.trawl.TrawlException if a file can't be read or has changed, or a new value
   *     does not fit the tensor's dtype
   */
  public static float[] values(
      Path directory, Map<String, ShardFile> shards, List<MatrixEdit> edits, Configuration hadoop) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(Long.MAX_VALUE);
        Reassembly reassembly = new Reassembly(edits, memory, hadoop)) {
      if (reassembly.edits.size() != 1) {
        throw new IllegalArgumentException(
            "the edits must all be of one tensor, not of " + reassembly.edits.size());
      }
      Map.Entry<TensorInfo, TensorEdit> only = reassembly.edits.entrySet().iterator().next();
      TensorInfo tensor = only.getKey();
      try (ShardReader shard = ShardReader.open(directory, shards.get(tensor.file()), hadoop)) {
        float[] edited = values(shard, tensor, only.getValue());
        if (edits.get(0).asControl() > 0) {
          float[] original = values(shard, tensor, (offset, chunk) -> {});
          change(edits.get(0), original, edited);
        }
        return edited;
      }
    }
  }

  private static void change(MatrixEdit edit, float[] original, float[] edited) {
    TensorInfo tensor = edit.slice().tensor();
    try {
      new RandomChange(edit).apply(original, edited, tensor.dtype());
    } catch (FloatOverflowException e) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: tensor %s: a value that control %d changes at random does not fit in %s; leave out controls, or convert the checkpoint to a wider dtype"
              .formatted(tensor.file(), tensor.name(), edit.asControl(), tensor.dtype()),
          e);
    }
  }

  private static float[] values(ShardReader shard, TensorInfo tensor, TensorRewrite rewrite) {
    DType dtype = tensor.dtype();
    long rowBytes = tensor.shape().get(1) * dtype.bits() / Byte.SIZE;
    // A rewrite takes whole rows only.
    int chunkBytes = Math.toIntExact(Math.max(1, CHUNK_BYTES / rowBytes) * rowBytes);
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(chunkBytes, tensor.length()));
    FloatBuffer values =
        FloatBuffer.allocate(Math.toIntExact(tensor.length() * Byte.SIZE / dtype.bits()));
    for (long done = 0; done < tensor.length(); done += chunkBytes) {
      chunk.clear().limit((int) Math.min(chunkBytes, tensor.length() - done));
      shard.readFully(tensor.offset() + done, chunk);
      rewrite.rewrite(done, chunk.flip());
      FloatCodec.decode(dtype, chunk, values);
    }
    return values.array();
  }
}

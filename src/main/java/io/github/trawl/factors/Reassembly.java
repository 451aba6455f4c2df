package io.github.trawl.factors;

import io.github.trawl.architecture.MatrixBlocks;
import io.github.trawl.architecture.SliceRewrite;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.tensor.LowRankTensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Makes the new values of stored tensors from the factors of their matrices. */
public final class Reassembly {
  private static final int CHUNK_BYTES = 4 << 20;

  private Reassembly() {}

  /** A rewrite of each tensor that {@code edits} touch; all factors are read once. */
  public static Map<TensorInfo, SliceRewrite> rewrites(
      List<MatrixEdit> edits, Configuration hadoop) {
    Map<FactorRef, LowRankTensor> factors = new HashMap<>();
    Map<TensorInfo, Map<WeightSlice, MatrixBlocks>> byTensor = new LinkedHashMap<>();
    for (MatrixEdit edit : edits) {
      LowRankTensor tensor =
          factors.computeIfAbsent(edit.factors(), ref -> FactorFile.read(ref, hadoop));
      byTensor
          .computeIfAbsent(edit.slice().tensor(), key -> new LinkedHashMap<>())
          .put(
              edit.slice(),
              (rowStart, rowCount, columnStart, columnCount, target) ->
                  tensor.reconstruct(
                      edit.index(), rowStart, rowCount, columnStart, columnCount, target));
    }
    Map<TensorInfo, SliceRewrite> rewrites = new LinkedHashMap<>();
    byTensor.forEach((tensor, blocks) -> rewrites.put(tensor, new SliceRewrite(tensor, blocks)));
    return rewrites;
  }

  /**
   * All values of a tensor, as the checkpoint that a denoise run writes holds them: new values
   * rounded to the tensor's dtype, all others unchanged.
   *
   * @param directory of the unmodified checkpoint
   * @param shards of it by name, as they were when it was opened
   * @param edits of one tensor, at least one
   * @return float32 in the stored layout
   * @throws io.github.trawl.TrawlException if a file can't be read or changed, or a new value does
   *     not fit its dtype
   */
  public static float[] values(
      Path directory, Map<String, ShardFile> shards, List<MatrixEdit> edits, Configuration hadoop) {
    Map<TensorInfo, SliceRewrite> rewrites = rewrites(edits, hadoop);
    if (rewrites.size() != 1) {
      throw new IllegalArgumentException("edits of " + rewrites.size() + " tensors");
    }
    Map.Entry<TensorInfo, SliceRewrite> only = rewrites.entrySet().iterator().next();
    TensorInfo tensor = only.getKey();
    try (ShardReader shard = ShardReader.open(directory, shards.get(tensor.file()), hadoop)) {
      return values(shard, tensor, only.getValue());
    }
  }

  private static float[] values(ShardReader shard, TensorInfo tensor, SliceRewrite rewrite) {
    DType dtype = tensor.dtype();
    long rowBytes = tensor.shape().get(1) * dtype.bits() / Byte.SIZE;
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

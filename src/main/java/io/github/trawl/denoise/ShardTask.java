package io.github.trawl.denoise;

import io.github.trawl.architecture.MatrixBlocks;
import io.github.trawl.architecture.SliceRewrite;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.ShardDigest;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardRewriter;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.checkpoint.TensorRewrite;
import io.github.trawl.tensor.LowRankTensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes one shard of the denoised checkpoint: the selected matrices from their factors, all else
 * as it is.
 *
 * @param input directory of the input checkpoint
 * @param replacements the matrices to replace in this shard
 * @param factorDirectory where the factors are
 * @param output the file to write
 */
record ShardTask(
    String input,
    ShardFile shard,
    List<Replacement> replacements,
    String factorDirectory,
    String output,
    SerializableConfiguration hadoop)
    implements Serializable {

  /**
   * A matrix to replace.
   *
   * @param stack name of its stack
   * @param index which slice of the stack it is
   */
  record Replacement(WeightSlice slice, String stack, int index, String factorFile)
      implements Serializable {}

  /**
   * A replaced matrix.
   *
   * @param relativeError ‖new − old‖ / ‖old‖ of the values as written
   */
  record ReplacedMatrix(WeightSlice slice, String stack, int index, double relativeError)
      implements Serializable {}

  /** A written shard. */
  record Result(ShardFile shard, ShardDigest digest, List<ReplacedMatrix> matrices)
      implements Serializable {}

  Result run() {
    Map<String, LowRankTensor> factors = new HashMap<>();
    Map<TensorInfo, Map<WeightSlice, MatrixBlocks>> byTensor = new LinkedHashMap<>();
    for (Replacement replacement : replacements) {
      LowRankTensor tensor =
          factors.computeIfAbsent(
              replacement.factorFile(),
              file -> FactorFile.read(new Path(factorDirectory, file), hadoop.value()));
      int index = replacement.index();
      byTensor
          .computeIfAbsent(replacement.slice().tensor(), key -> new LinkedHashMap<>())
          .put(
              replacement.slice(),
              (rowStart, rowCount, columnStart, columnCount, target) ->
                  tensor.reconstruct(index, rowStart, rowCount, columnStart, columnCount, target));
    }
    Map<String, TensorRewrite> rewrites = new LinkedHashMap<>();
    List<SliceRewrite> sliceRewrites = new ArrayList<>();
    byTensor.forEach(
        (tensor, blocks) -> {
          SliceRewrite rewrite = new SliceRewrite(tensor, blocks);
          sliceRewrites.add(rewrite);
          rewrites.put(tensor.name(), rewrite);
        });
    ShardDigest digest =
        ShardRewriter.rewrite(new Path(input), shard, new Path(output), rewrites, hadoop.value());
    Map<WeightSlice, Double> errors = new HashMap<>();
    sliceRewrites.forEach(rewrite -> errors.putAll(rewrite.relativeErrors()));
    return new Result(
        shard,
        digest,
        replacements.stream()
            .map(
                replacement ->
                    new ReplacedMatrix(
                        replacement.slice(),
                        replacement.stack(),
                        replacement.index(),
                        errors.get(replacement.slice())))
            .toList());
  }
}

package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.sweep.SweptPoint;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;

/**
 * What a denoise run is asked to do.
 *
 * @param model directory of the input checkpoint
 * @param output directory to publish to
 * @param overwrite whether an existing output is replaced
 * @param architecture description of a model family that is not built in
 * @param selection which matrices are stacked
 * @param options how each stack is decomposed; with several ranks or seeds the output holds their
 *     factors and no weights
 * @param limits that decide where a stack is solved
 * @param threads threads for each stack solved in one task; if empty, the stacks share the cores of
 *     a local master, and have one each on a cluster
 * @param inputDigest whether the manifest gets the SHA-256 of each shard of the input; without it
 *     shards are written faster
 * @param keepOtherWeights whether the input's weights in other formats are copied, unchanged
 * @param verification what of the written files is verified
 * @param sweptPoint a point of a sweep, whose factors are taken in place of solving; selection and
 *     options are then those of its first part
 * @param givenConfig the configuration as the user gave it, for the manifest, without credentials
 */
public record DenoiseRequest(
    Path model,
    Path output,
    boolean overwrite,
    Optional<Path> architecture,
    StackSelection selection,
    DecompositionOptions options,
    SolveLimits limits,
    OptionalInt threads,
    boolean inputDigest,
    boolean keepOtherWeights,
    Verification verification,
    Optional<SweptPoint> sweptPoint,
    ObjectNode givenConfig) {
  /**
   * A request that solves its stacks, does not copy weights in other formats, and verifies the
   * structure of the output.
   */
  public DenoiseRequest(
      Path model,
      Path output,
      boolean overwrite,
      Optional<Path> architecture,
      StackSelection selection,
      DecompositionOptions options,
      SolveLimits limits,
      OptionalInt threads,
      boolean inputDigest,
      ObjectNode givenConfig) {
    this(
        model,
        output,
        overwrite,
        architecture,
        selection,
        options,
        limits,
        threads,
        inputDigest,
        false,
        Verification.STRUCTURE,
        Optional.empty(),
        givenConfig);
  }

  /** Whether there is one decomposition of each stack, so that weights are written. */
  boolean writesWeights() {
    return options.memberNames().size() == 1;
  }
}

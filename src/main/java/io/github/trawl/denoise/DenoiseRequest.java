package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.plan.StackSelection;
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
 * @param options how each stack is decomposed
 * @param offHeapBytes off-heap memory that a process may use
 * @param distributedThreshold bytes above which a CP stack is spread over executors
 * @param blockBytes the most bytes of a row block of such a stack
 * @param threads threads for each stack solved in a task; empty to share the cores of a local
 *     master among the stacks, and one on a cluster
 * @param inputDigest whether the manifest gets the SHA-256 of the input's shards, which takes
 *     longer than copying them
 * @param keepOtherWeights whether the input's weights in other formats, which stay as they were,
 *     are carried over
 * @param verification what is asked of the written files
 * @param echo the configuration as the user gave it, for the manifest, without credentials
 */
public record DenoiseRequest(
    Path model,
    Path output,
    boolean overwrite,
    Optional<Path> architecture,
    StackSelection selection,
    StackOptions options,
    long offHeapBytes,
    long distributedThreshold,
    long blockBytes,
    OptionalInt threads,
    boolean inputDigest,
    boolean keepOtherWeights,
    Verification verification,
    ObjectNode echo) {

  /** A request that leaves other weights out and verifies the structure. */
  public DenoiseRequest(
      Path model,
      Path output,
      boolean overwrite,
      Optional<Path> architecture,
      StackSelection selection,
      StackOptions options,
      long offHeapBytes,
      long distributedThreshold,
      long blockBytes,
      OptionalInt threads,
      boolean inputDigest,
      ObjectNode echo) {
    this(
        model,
        output,
        overwrite,
        architecture,
        selection,
        options,
        offHeapBytes,
        distributedThreshold,
        blockBytes,
        threads,
        inputDigest,
        false,
        Verification.STRUCTURE,
        echo);
  }
}

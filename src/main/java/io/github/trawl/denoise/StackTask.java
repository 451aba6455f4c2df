package io.github.trawl.denoise;

import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.linalg.BlasProvider;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Decomposes one stack and writes its factors.
 *
 * @param name of the stack
 * @param source its tensor
 * @param slices what each slice is, for the provenance in the factor file
 * @param staging where the factors are written
 * @param memoryLimit bytes of off-heap memory that a process may use
 * @param threads to use when it is solved in one process
 */
record StackTask(
    String name,
    CheckpointSource source,
    String slices,
    StackOptions options,
    Staging staging,
    long memoryLimit,
    int threads,
    SerializableConfiguration hadoop)
    implements Serializable {

  long bytes() {
    return 4L * source.depth() * source.rows() * source.columns();
  }

  /** Solves the stack in this process. */
  StackResult run() {
    long start = System.nanoTime();
    return write(new StackSolver(options, memoryLimit).solveHere(source, threads), start);
  }

  /**
   * Writes the factors.
   *
   * @param start of the work, from {@link System#nanoTime}
   */
  StackResult write(Decomposition decomposition, long start) {
    int rank = options.rankFor(source.rows(), source.columns());
    String file = CheckpointWriter.FACTORS + "/" + name + "-r" + rank + ".arrow";
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("stack", name);
    provenance.put(FactorFile.SLICES, slices);
    provenance.put("method", options.method().name().toLowerCase(Locale.ROOT));
    provenance.put("rank", Integer.toString(rank));
    provenance.put("seed", Long.toString(options.seed()));
    provenance.put("start", options.start().name().toLowerCase(Locale.ROOT));
    provenance.put("acceleration", options.acceleration().name().toLowerCase(Locale.ROOT));
    provenance.put("iterations", Integer.toString(decomposition.iterations()));
    provenance.put("reason", decomposition.reason().name());
    provenance.put("fit", Double.toString(decomposition.fit()));
    WrittenFile factors =
        FactorFile.write(
            staging, TaskAttempt.name(), file, decomposition.tensor(), provenance, hadoop.value());
    return new StackResult(
        name,
        rank,
        decomposition.relativeError(),
        decomposition.iterations(),
        decomposition.reason(),
        (System.nanoTime() - start) / 1e9,
        factors,
        BlasProvider.blas().name());
  }
}

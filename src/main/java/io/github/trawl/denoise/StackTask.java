package io.github.trawl.denoise;

import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.Member;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.FactorSet;
import io.github.trawl.linalg.Arithmetic;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Decomposes one stack and writes all of its factors to one file.
 *
 * @param name of the stack
 * @param source its tensor
 * @param slices what each slice is, for the factor file
 * @param staging where the factors are written
 * @param memoryLimit bytes of off-heap memory that a process may use
 * @param threads to use when it is solved in one process
 */
record StackTask(
    String name,
    CheckpointSource source,
    List<String> slices,
    DecompositionOptions options,
    Staging staging,
    long memoryLimit,
    int threads,
    SerializableConfiguration hadoop)
    implements Serializable {
  private static final String SUFFIX = ".arrow";

  long bytes() {
    return (long) Float.BYTES * shape().values();
  }

  /** Solves the stack in this process. */
  StackResult run() {
    long start = System.nanoTime();
    StackSolver solver = new StackSolver(options, memoryLimit);
    List<Decomposition> solved =
        NotFiniteException.naming(name, () -> solver.solveHere(source, threads));
    return write(solved, Set.of(Arithmetic.ofThisProcess()), start);
  }

  /**
   * Writes the factors.
   *
   * @param solved in the order of the members
   * @param arithmetic what computed them
   * @param start of the work, from {@link System#nanoTime}
   */
  StackResult write(List<Decomposition> solved, Set<Arithmetic> arithmetic, long start) {
    List<MemberResult> results = new ArrayList<>();
    List<FactorMember> members = new ArrayList<>();
    for (Member member : options.members(shape())) {
      Decomposition decomposition = solved.get(results.size());
      MemberResult result =
          new MemberResult(
              member.name(),
              member.rank(),
              member.seed(),
              decomposition.relativeError(),
              decomposition.iterations(),
              decomposition.reason());
      results.add(result);
      members.add(
          new FactorMember(
              result.name(),
              result.rank(),
              result.seed(),
              result.fit(),
              result.iterations(),
              result.reason().name()));
    }
    boolean nested = options.method().isNested();
    List<LowRankTensor> tensors = solved.stream().map(Decomposition::tensor).toList();
    WrittenFile factors =
        FactorFile.write(
            staging,
            TaskAttempt.name(),
            CheckpointWriter.FACTORS + "/" + name + SUFFIX,
            new FactorSet(
                name,
                slices,
                nested,
                members,
                nested ? tensors.subList(0, 1) : tensors,
                provenance()),
            hadoop.value());
    return new StackResult(name, results, (System.nanoTime() - start) / 1e9, factors, arithmetic);
  }

  private TensorShape shape() {
    return new TensorShape(source.depth(), source.rows(), source.columns());
  }

  private Map<String, String> provenance() {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("method", options.method().key());
    provenance.put("start", options.start().name().toLowerCase(Locale.ROOT));
    provenance.put("acceleration", options.acceleration().name().toLowerCase(Locale.ROOT));
    provenance.put("max_iterations", Integer.toString(options.maxIterations()));
    provenance.put("tolerance", Double.toString(options.tolerance()));
    return provenance;
  }
}

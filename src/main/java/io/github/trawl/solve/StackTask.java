package io.github.trawl.solve;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.MemberSpec;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.spark.TaskAttempt;
import io.github.trawl.tensor.TensorShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decomposes one stack and writes the factors of all its members to one file.
 *
 * @param name of the stack
 * @param source its tensor
 * @param slices the label of each slice, for the factor file
 * @param file name of the factor file relative to the output
 * @param staging where the factors are written
 * @param memoryLimit bytes of off-heap memory that a process may use
 * @param threads to use when the stack is solved in one task
 * @param continuesOnFailure whether a failure of the stack itself is returned as an outcome rather
 *     than thrown
 */
record StackTask(
    String name,
    CheckpointSource source,
    List<String> slices,
    DecompositionOptions options,
    String file,
    Staging staging,
    long memoryLimit,
    int threads,
    boolean continuesOnFailure,
    SerializableConfiguration hadoop)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(StackTask.class);

  /**
   * The outcome of a stack.
   *
   * @param result null if the stack failed
   * @param failure null if the stack was solved
   */
  record Outcome(StackResult result, TrawlException failure) implements Serializable {
    static Outcome of(StackResult result) {
      return new Outcome(result, null);
    }

    static Outcome of(TrawlException failure) {
      // Without its cause, which may be of a class that is not serialisable.
      return new Outcome(null, new TrawlException(failure.category(), failure.getMessage()));
    }
  }

  /**
   * Solves the stack in this process and writes its factors.
   *
   * @throws TrawlException if the storage fails, or the stack itself does and {@link
   *     #continuesOnFailure} is false
   */
  Outcome run() {
    long start = System.nanoTime();
    try {
      TensorSolver solver = new TensorSolver(options, memoryLimit);
      List<Decomposition> solved =
          NotFiniteException.withStackName(name, () -> solver.solveHere(source, threads));
      return Outcome.of(write(solved, Set.of(BlasAndCpu.ofThisProcess()), start));
    } catch (TrawlException | ArithmeticException e) {
      TrawlException stackFailure = StackFailure.find(name, e).orElse(null);
      if (stackFailure == null) {
        throw e;
      }
      if (!continuesOnFailure) {
        throw stackFailure;
      }
      LOG.warn("Stack {} failed, the others go on", name, e);
      return Outcome.of(stackFailure);
    }
  }

  /**
   * Writes the factors.
   *
   * @param solved the decompositions in the order of the members
   * @param arithmetic the BLAS and processor of each process that solved the stack
   * @param start the {@link System#nanoTime} at which work on the stack began
   * @throws NotFiniteException if a decomposition is not finite
   */
  StackResult write(List<Decomposition> solved, Set<BlasAndCpu> arithmetic, long start) {
    List<MemberResult> results = new ArrayList<>();
    for (MemberSpec member : options.members(shape())) {
      Decomposition decomposition = solved.get(results.size());
      NotFiniteException.check(
          name + ": the error of " + member.name(), decomposition.relativeError());
      results.add(
          new MemberResult(
              member.name(),
              member.rank(),
              member.seed(),
              decomposition.relativeError(),
              decomposition.iterations(),
              decomposition.reason(),
              isLargest(member) ? spectrum(decomposition) : List.of()));
    }
    WrittenFile factors =
        FactorFile.write(
            staging,
            TaskAttempt.name(),
            file,
            SolvedFactors.of(name, slices, shape(), options, solved),
            hadoop.value());
    return new StackResult(name, results, (System.nanoTime() - start) / 1e9, factors, arithmetic);
  }

  /** Returns whether no other member with the same seed has a larger rank. */
  private boolean isLargest(MemberSpec member) {
    return options.members(shape()).stream()
        .allMatch(other -> other.seed() != member.seed() || other.rank() <= member.rank());
  }

  private static List<Float> spectrum(Decomposition decomposition) {
    List<Float> spectrum = new ArrayList<>();
    for (float size : decomposition.tensor().spectrum()) {
      spectrum.add(size);
    }
    return spectrum;
  }

  private TensorShape shape() {
    return new TensorShape(source.depth(), source.rows(), source.columns());
  }
}

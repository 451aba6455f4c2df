package io.github.trawl.decomposition;

import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * A way to approximate a stack of matrices by a low-rank tensor: all that the rest of the program
 * knows of it. {@link DecompositionMethods} lists them.
 *
 * <p>A method has no state of its own; it may travel to executors.
 */
public interface DecompositionMethod extends Serializable {
  /** Its name in flags, configuration and factor files, in lower case. */
  String key();

  /** The options that change its result; others are refused. */
  Set<MethodOption> options();

  /** The tolerance where none is given; 0 for a method that does not iterate. */
  double defaultTolerance();

  /** Whether every matrix of a stack is decomposed by itself. */
  default boolean splitsStacks() {
    return false;
  }

  /**
   * Whether the solution of a rank holds those of all smaller ranks as its first components, so
   * that only the largest has to be solved and kept.
   */
  default boolean isNested() {
    return false;
  }

  /** The largest rank that makes sense for a tensor of this shape; larger ones are refused. */
  int largestRank(TensorShape shape);

  /** What a user should know of the result for such a tensor, a sentence each. */
  default List<String> remarks(TensorShape shape, DecompositionOptions options) {
    return List.of();
  }

  /**
   * How a tensor is kept in memory while it is solved.
   *
   * @param stored the format in which all of its values have an exact form
   */
  default ValueFormat residentFormat(ValueFormat stored) {
    return ValueFormat.FLOAT32;
  }

  /**
   * The least bytes of off-heap memory for a solve in one process, tensor included. With less it
   * fails; scratch for panels comes on top.
   *
   * @param stored the format in which all values of the tensor have an exact form
   */
  long leastBytes(TensorShape shape, ValueFormat stored, DecompositionOptions options);

  /**
   * The bytes of the factors of one decomposition in float32, with the scratch that a block of its
   * values takes.
   */
  default long factorBytes(TensorShape shape, int rank) {
    return Float.BYTES * (1L + shape.depth() + shape.rows() + shape.columns()) * rank;
  }

  /**
   * Solves for every member of {@code options} in this process.
   *
   * @param block the whole tensor, in {@link #residentFormat}; stays the caller's to close
   * @return the decompositions in the order of {@link DecompositionOptions#members}; for a nested
   *     method all with the tensor of the largest rank
   * @throws io.github.trawl.TrawlException if memory runs out
   * @throws io.github.trawl.linalg.NotFiniteException if the tensor has values that are not finite,
   *     or products of its values exceed float32
   */
  List<Decomposition> solve(TensorBlock block, DecompositionOptions options, SolveContext context);
}

package io.github.trawl.decomposition;

import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * A way to approximate a stack of matrices by a low-rank tensor, such as CP. The rest of the
 * program knows a method by this interface alone; {@link DecompositionMethods} lists all
 * implementations.
 *
 * <p>Implementations are immutable, and are sent to executors.
 */
public interface DecompositionMethod extends Serializable {
  /** Returns the method's name in flags, configuration and factor files, in lower case. */
  String key();

  /** Returns the options that change the method's result; a run that sets others is refused. */
  Set<MethodOption> options();

  /**
   * Returns the tolerance that applies if the user gives none; 0 for a method that does not
   * iterate.
   */
  double defaultTolerance();

  /** Returns whether the method decomposes each matrix of a stack separately. */
  default boolean splitsStacks() {
    return false;
  }

  /**
   * Returns whether the first r components of a solution are the solution of rank r, so that only
   * the largest rank has to be solved and stored.
   */
  default boolean isNested() {
    return false;
  }

  /** Returns the largest rank accepted for a tensor of this shape; larger ones are refused. */
  int largestRank(TensorShape shape);

  /**
   * Returns what a user should know about the result for a tensor of this shape, such as a rank
   * that is cut: one sentence each.
   */
  default List<String> remarks(TensorShape shape, DecompositionOptions options) {
    return List.of();
  }

  /**
   * Returns the format in which a tensor is kept in memory while it is solved.
   *
   * @param stored the narrowest format that represents every value of the tensor exactly, such as
   *     {@code BFLOAT16} for a stack of matrices that are all stored as BF16
   */
  default ValueFormat residentFormat(ValueFormat stored) {
    return ValueFormat.FLOAT32;
  }

  /**
   * Returns the least off-heap memory, in bytes, with which a tensor can be solved in one process.
   * It includes the tensor itself, but not the scratch memory for panels, which depends on the
   * number of threads. A solve that gets less fails.
   *
   * @param stored as for {@link #residentFormat}
   */
  long leastBytes(TensorShape shape, ValueFormat stored, DecompositionOptions options);

  /**
   * Returns the bytes of one decomposition's factors in float32, including what is derived from
   * them to compute the values of a slice.
   */
  default long factorBytes(TensorShape shape, int rank) {
    return Float.BYTES * (1L + shape.depth() + shape.rows() + shape.columns()) * rank;
  }

  /**
   * Solves for every member of {@code options} in this process.
   *
   * @param block the whole tensor, in {@link #residentFormat}; the caller closes it
   * @return the decompositions in the order of {@link DecompositionOptions#members}; for a nested
   *     method all with the tensor of the largest rank
   * @throws io.github.trawl.TrawlException if memory runs out, or the options do not fit the shape
   * @throws io.github.trawl.linalg.NotFiniteException if the tensor has values that are not finite,
   *     or a number computed from them exceeds the range of its type
   */
  List<Decomposition> solve(TensorBlock block, DecompositionOptions options, SolveContext context);
}

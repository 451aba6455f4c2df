package io.github.trawl.decomposition;

import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Truncated SVD of each matrix separately, as in LASER; one solve serves all ranks. */
record SvdMethod() implements DecompositionMethod {
  @Override
  public String key() {
    return "svd";
  }

  @Override
  public Set<MethodOption> options() {
    return EnumSet.of(MethodOption.RANK, MethodOption.RATIO);
  }

  @Override
  public double defaultTolerance() {
    return 0;
  }

  @Override
  public boolean splitsStacks() {
    return true;
  }

  @Override
  public boolean isNested() {
    return true;
  }

  @Override
  public int largestRank(TensorShape shape) {
    return shape.shorterSide();
  }

  /**
   * Counts the matrix, the float64 Gram matrix of its shorter side with the eigenvectors, and the
   * singular vectors of its longer side.
   */
  @Override
  public long leastBytes(TensorShape shape, ValueFormat stored, DecompositionOptions options) {
    int rank = largest(options.members(shape));
    long longer = Math.max(shape.rows(), shape.columns());
    return Float.BYTES * (shape.values() + longer * rank)
        + eigenvectorBytes(shape.shorterSide(), rank);
  }

  /**
   * Returns the bytes of a float64 Gram matrix and of the eigenvectors that are computed to get
   * {@code count} of them: all where more than half are wanted.
   */
  static long eigenvectorBytes(long order, long count) {
    long pairs = 2 * count > order ? order : count;
    return Double.BYTES * order * (order + pairs);
  }

  @Override
  public List<Decomposition> solve(
      TensorBlock block, DecompositionOptions options, SolveContext context) {
    TensorShape shape = new TensorShape(block.depth(), block.rows(), block.columns());
    // The block has one slice, because the method splits stacks.
    List<Integer> ranks = options.members(shape).stream().map(MemberSpec::rank).toList();
    return new TruncatedSvd(context.blas(), context.memory(), context.pool())
        .decompose(block.slice(0), ranks);
  }

  private static int largest(List<MemberSpec> members) {
    return members.stream().mapToInt(MemberSpec::rank).max().orElseThrow();
  }
}

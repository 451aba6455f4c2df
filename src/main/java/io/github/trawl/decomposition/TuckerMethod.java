package io.github.trawl.decomposition;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Tucker by orthogonal iteration: ranks (K, R, R) for a stack of K slices. */
record TuckerMethod() implements DecompositionMethod {
  @Override
  public String key() {
    return "tucker";
  }

  @Override
  public Set<MethodOption> options() {
    return EnumSet.of(MethodOption.RANK, MethodOption.MAX_ITERATIONS, MethodOption.TOLERANCE);
  }

  @Override
  public double defaultTolerance() {
    return TuckerOptions.DEFAULT_TOLERANCE;
  }

  /** The longer side of a slice: above that rank neither side is approximated. */
  @Override
  public int largestRank(TensorShape shape) {
    return Math.max(shape.rows(), shape.columns());
  }

  @Override
  public List<String> remarks(TensorShape shape, DecompositionOptions options) {
    List<String> remarks = new ArrayList<>();
    for (Member member : options.members(shape)) {
      TuckerRanks asked = new TuckerRanks(shape.depth(), member.rank(), member.rank());
      TuckerRanks had = asked.clippedTo(shape.depth(), shape.rows(), shape.columns());
      if (!had.equals(asked)) {
        boolean whole = had.equals(largest(shape));
        remarks.add(
            "rank %d of %s becomes ranks (%d, %d, %d)%s"
                .formatted(
                    member.rank(),
                    shape,
                    had.depth(),
                    had.rows(),
                    had.columns(),
                    whole ? ", which hold the whole tensor: nothing is denoised" : ""));
      }
    }
    return remarks;
  }

  private static TuckerRanks largest(TensorShape shape) {
    return new TuckerRanks(shape.depth(), shape.rows(), shape.columns())
        .clippedTo(shape.depth(), shape.rows(), shape.columns());
  }

  /** The tensor and its factors, and the start or the products of an iteration beside them. */
  @Override
  public long leastBytes(TensorShape shape, ValueFormat stored, DecompositionOptions options) {
    return options.members(shape).stream()
        .mapToLong(member -> leastBytes(shape, member.rank()))
        .max()
        .orElseThrow();
  }

  private static long leastBytes(TensorShape shape, long rank) {
    long rows = shape.rows();
    long columns = shape.columns();
    long a = Math.min(rank, rows);
    long b = Math.min(rank, columns);
    long stacked = shape.depth() * rows;
    long start =
        stacked >= columns
            ? SvdMethod.eigenvectorBytes(columns, b)
            : SvdMethod.eigenvectorBytes(stacked, b) + Float.BYTES * columns * b;
    long iteration = (long) Float.BYTES * shape.depth() * (rows * b + columns * a);
    return Float.BYTES * (shape.values() + rows * a + columns * b) + Math.max(start, iteration);
  }

  /** The core, the factors, and the core of one slice. */
  @Override
  public long factorBytes(TensorShape shape, int rank) {
    TuckerRanks ranks =
        new TuckerRanks(shape.depth(), rank, rank)
            .clippedTo(shape.depth(), shape.rows(), shape.columns());
    long ofSlice = (long) ranks.rows() * ranks.columns();
    return Float.BYTES
        * ((ranks.depth() + 1) * ofSlice
            + (long) shape.depth() * ranks.depth()
            + (long) shape.rows() * ranks.rows()
            + (long) shape.columns() * ranks.columns());
  }

  @Override
  public List<Decomposition> solve(
      TensorBlock block, DecompositionOptions options, SolveContext context) {
    List<FloatMatrix> slices = IntStream.range(0, block.depth()).mapToObj(block::slice).toList();
    TensorShape shape = new TensorShape(block.depth(), block.rows(), block.columns());
    return options.members(shape).stream()
        .map(
            member ->
                new TuckerHooi(
                        new TuckerOptions(
                            new TuckerRanks(block.depth(), member.rank(), member.rank()),
                            options.maxIterations(),
                            options.tolerance()),
                        context.blas(),
                        context.memory(),
                        context.pool())
                    .decompose(slices))
        .toList();
  }
}

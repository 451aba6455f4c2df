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

/**
 * Tucker by orthogonal iteration, with the ranks (K, R, R) for a stack of K slices or with given
 * ranks.
 *
 * @param core the ranks, which replace the rank in the options; null for (K, R, R)
 */
record TuckerMethod(TuckerRanks core) implements DecompositionMethod {
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

  /**
   * Returns the longer side of a slice: higher ranks would compress neither the rows nor the
   * columns.
   */
  @Override
  public int largestRank(TensorShape shape) {
    return Math.max(shape.rows(), shape.columns());
  }

  @Override
  public List<String> remarks(TensorShape shape, DecompositionOptions options) {
    List<String> remarks = new ArrayList<>();
    for (MemberSpec member : options.members(shape)) {
      TuckerRanks asked = ranks(shape, member.rank());
      TuckerRanks used = asked.clippedTo(shape.depth(), shape.rows(), shape.columns());
      if (!used.equals(asked)) {
        boolean whole = used.equals(largest(shape));
        remarks.add(
            "rank %d of %s becomes ranks (%d, %d, %d)%s"
                .formatted(
                    member.rank(),
                    shape,
                    used.depth(),
                    used.rows(),
                    used.columns(),
                    whole ? ", which hold the whole tensor: nothing is denoised" : ""));
      }
    }
    return remarks;
  }

  private TuckerRanks ranks(TensorShape shape, int rank) {
    return core == null ? new TuckerRanks(shape.depth(), rank, rank) : core;
  }

  private TuckerRanks clipped(TensorShape shape, int rank) {
    return ranks(shape, rank).clippedTo(shape.depth(), shape.rows(), shape.columns());
  }

  private static TuckerRanks largest(TensorShape shape) {
    return new TuckerRanks(shape.depth(), shape.rows(), shape.columns())
        .clippedTo(shape.depth(), shape.rows(), shape.columns());
  }

  /**
   * Counts the tensor, its row and column factors, and the larger of two needs: that of the start
   * and that of the products of an iteration.
   */
  @Override
  public long leastBytes(TensorShape shape, ValueFormat stored, DecompositionOptions options) {
    return options.members(shape).stream()
        .mapToLong(member -> leastBytes(shape, member.rank()))
        .max()
        .orElseThrow();
  }

  private long leastBytes(TensorShape shape, int rank) {
    TuckerRanks asked = ranks(shape, rank);
    long rows = shape.rows();
    long columns = shape.columns();
    long a = Math.min(asked.rows(), rows);
    long b = Math.min(asked.columns(), columns);
    long c = Math.min(asked.depth(), shape.depth());
    boolean allSlices = c == shape.depth();
    long start = vectorBytes(shape.depth() * rows, columns, b);
    if (!allSlices) {
      start = Math.max(start, vectorBytes(shape.depth() * columns, rows, a));
    }
    long mixed = allSlices ? 0 : rows * c * b;
    long iteration = Float.BYTES * (shape.depth() * rows * b + mixed + c * columns * a);
    return Float.BYTES * (shape.values() + rows * a + columns * b) + Math.max(start, iteration);
  }

  /**
   * Returns the bytes it takes to compute {@code count} leading singular vectors of length {@code
   * width} from an unfolding of {@code length}×{@code width}.
   */
  private static long vectorBytes(long length, long width, long count) {
    return length >= width
        ? SvdMethod.eigenvectorBytes(width, count)
        : SvdMethod.eigenvectorBytes(length, count) + Float.BYTES * width * count;
  }

  /** Counts the core, the factors, and as scratch Σ_p c[k,p] · core[p], the core of one slice k. */
  @Override
  public long factorBytes(TensorShape shape, int rank) {
    TuckerRanks ranks = clipped(shape, rank);
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
                            ranks(shape, member.rank()),
                            options.maxIterations(),
                            options.tolerance()),
                        context.blas(),
                        context.memory(),
                        context.pool())
                    .decompose(slices))
        .toList();
  }
}

package io.github.trawl.decomposition;

import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** CP: R rank-one components by alternating least squares; all ranks and seeds as one batch. */
record CpMethod() implements DistributableMethod {
  @Override
  public String key() {
    return "cp";
  }

  @Override
  public Set<MethodOption> options() {
    return EnumSet.complementOf(EnumSet.of(MethodOption.RATIO));
  }

  /**
   * Returns a larger tolerance than the paper and TensorLy, which use 1e-8 in float64. In float32,
   * rounding shifts the change of the relative error in an iteration by 1e-9 to 4e-9 on the weights
   * of BERT-base, whose errors are near 1. The shift is in inverse proportion to the error.
   */
  @Override
  public double defaultTolerance() {
    return 1e-7;
  }

  /** Accepts all ranks: CP may have more components than the tensor has rows or columns. */
  @Override
  public int largestRank(TensorShape shape) {
    return Integer.MAX_VALUE;
  }

  /** Keeps the stored format: the passes widen values of 16 bits a panel at a time. */
  @Override
  public ValueFormat residentFormat(ValueFormat stored) {
    return stored;
  }

  /**
   * Counts the tensor, the factors of the rows and columns, and the {@linkplain
   * ResidentPasses#basisBytes basis of the rows} that later iterations work in.
   */
  @Override
  public long leastBytes(TensorShape shape, ValueFormat stored, DecompositionOptions options) {
    long width = options.members(shape).stream().mapToLong(MemberSpec::rank).sum();
    return stored.bytes() * shape.values()
        + Float.BYTES * ((long) shape.rows() + shape.columns()) * width
        + ResidentPasses.basisBytes(
            shape.depth(), shape.rows(), shape.columns(), options.maxIterations());
  }

  @Override
  public List<Decomposition> solve(
      TensorBlock block, DecompositionOptions options, SolveContext context) {
    try (ResidentPasses passes =
        new ResidentPasses(block, context.blas(), context.memory(), context.pool())) {
      return solve(passes, options, context);
    }
  }

  /** Refuses extrapolation: it needs A of the previous iteration, which executors do not keep. */
  @Override
  public Optional<String> refusedWhenSpread(DecompositionOptions options) {
    return options.acceleration() == Acceleration.NONE
        ? Optional.empty()
        : Optional.of("--acceleration");
  }

  @Override
  public List<Decomposition> solve(
      CpPasses passes, DecompositionOptions options, SolveContext context) {
    CpOptions stopping =
        new CpOptions(options.maxIterations(), options.tolerance(), options.acceleration());
    TensorShape shape = new TensorShape(passes.depth(), passes.rows(), passes.columns());
    List<CpMember> members =
        options.members(shape).stream()
            .map(member -> new CpMember(member.rank(), member.seed(), options.start()))
            .toList();
    return new CpAls(stopping, context.blas(), context.memory(), context.listener())
        .decompose(passes, members);
  }
}

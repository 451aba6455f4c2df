package io.github.trawl.factors;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.FactorMatrices;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.TuckerMatrices;
import io.github.trawl.tensor.TuckerTensor;
import java.util.List;

/**
 * Stores Tucker tensors of ranks R0, R1, R2: three factor matrices of R0, R1 and R2 columns, and
 * the core as R0·R1 rows of R2 values.
 */
final class TuckerCodec implements FactorCodec {
  @Override
  public String kind() {
    return "tucker";
  }

  @Override
  public boolean encodes(LowRankTensor tensor) {
    return tensor instanceof TuckerTensor;
  }

  @Override
  public List<Integer> ranks(LowRankTensor tensor) {
    TuckerTensor tucker = (TuckerTensor) tensor;
    return List.of(tucker.coreDepth(), tucker.coreRows(), tucker.coreColumns());
  }

  @Override
  public List<FactorPart> parts(LowRankTensor tensor) {
    TuckerTensor tucker = (TuckerTensor) tensor;
    return List.of(
        new FactorPart(FactorPart.CORE, tucker.coreColumns(), tucker.core()),
        new FactorPart(0, tucker.coreDepth(), tucker.c()),
        new FactorPart(1, tucker.coreRows(), tucker.a()),
        new FactorPart(2, tucker.coreColumns(), tucker.b()));
  }

  @Override
  public List<FactorPart.Size> sizes(TensorShape shape, List<Integer> ranks) {
    requireRanks(ranks, 3);
    int fibres = Math.multiplyExact(ranks.get(0), ranks.get(1));
    return List.of(
        new FactorPart.Size(FactorPart.CORE, fibres, ranks.get(2)),
        new FactorPart.Size(0, shape.depth(), ranks.get(0)),
        new FactorPart.Size(1, shape.rows(), ranks.get(1)),
        new FactorPart.Size(2, shape.columns(), ranks.get(2)));
  }

  @Override
  public LowRankTensor tensor(List<Integer> ranks, List<FactorPart> parts) {
    return new TuckerTensor(
        ranks.get(0),
        ranks.get(1),
        ranks.get(2),
        parts.get(0).values(),
        parts.get(1).values(),
        parts.get(2).values(),
        parts.get(3).values());
  }

  @Override
  public FactorMatrices matrices(List<FloatMatrix> parts, OffHeapMemory memory) {
    return new TuckerMatrices(parts.get(0), parts.get(1), parts.get(2), parts.get(3), memory);
  }

  /** Always refuses, since no smaller Tucker tensor is part of a larger one. */
  @Override
  public LowRankTensor firstComponents(LowRankTensor tensor, int rank) {
    throw new IllegalArgumentException("no smaller Tucker tensor is part of a larger one");
  }
}

package io.github.trawl.factors;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.FactorMatrices;
import io.github.trawl.tensor.KruskalMatrices;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import java.util.List;

/**
 * Stores Kruskal tensors of rank R: three factor matrices of R columns, and the R weights as one
 * row.
 */
final class KruskalCodec implements FactorCodec {
  @Override
  public String kind() {
    return "kruskal";
  }

  @Override
  public boolean encodes(LowRankTensor tensor) {
    return tensor instanceof KruskalTensor;
  }

  @Override
  public List<Integer> ranks(LowRankTensor tensor) {
    return List.of(((KruskalTensor) tensor).rank());
  }

  @Override
  public List<FactorPart> parts(LowRankTensor tensor) {
    KruskalTensor kruskal = (KruskalTensor) tensor;
    int rank = kruskal.rank();
    return List.of(
        new FactorPart(FactorPart.CORE, rank, kruskal.weights()),
        new FactorPart(0, rank, kruskal.c()),
        new FactorPart(1, rank, kruskal.a()),
        new FactorPart(2, rank, kruskal.b()));
  }

  @Override
  public List<FactorPart.Size> sizes(TensorShape shape, List<Integer> ranks) {
    requireRanks(ranks, 1);
    int rank = ranks.get(0);
    return List.of(
        new FactorPart.Size(FactorPart.CORE, 1, rank),
        new FactorPart.Size(0, shape.depth(), rank),
        new FactorPart.Size(1, shape.rows(), rank),
        new FactorPart.Size(2, shape.columns(), rank));
  }

  @Override
  public LowRankTensor tensor(List<Integer> ranks, List<FactorPart> parts) {
    return new KruskalTensor(
        parts.get(0).values(), parts.get(1).values(), parts.get(2).values(), parts.get(3).values());
  }

  @Override
  public FactorMatrices matrices(List<FloatMatrix> parts, OffHeapMemory memory) {
    return new KruskalMatrices(parts.get(0), parts.get(1), parts.get(2), parts.get(3), memory);
  }

  @Override
  public LowRankTensor firstComponents(LowRankTensor tensor, int rank) {
    return ((KruskalTensor) tensor).firstComponents(rank);
  }
}

package io.github.trawl.factors;

import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import java.util.List;

/** Kruskal tensors of rank R: three factors of width R, and the R weights as the core. */
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
  public List<FactorPart> emptyParts(TensorShape shape, List<Integer> ranks, long limit) {
    requireRanks(ranks, 1);
    int rank = ranks.get(0);
    return List.of(
        FactorPart.empty(FactorPart.CORE, 1, rank, limit),
        FactorPart.empty(0, shape.depth(), rank, limit),
        FactorPart.empty(1, shape.rows(), rank, limit),
        FactorPart.empty(2, shape.columns(), rank, limit));
  }

  @Override
  public LowRankTensor tensor(List<Integer> ranks, List<FactorPart> parts) {
    return new KruskalTensor(
        parts.get(0).values(), parts.get(1).values(), parts.get(2).values(), parts.get(3).values());
  }

  @Override
  public LowRankTensor first(LowRankTensor tensor, int rank) {
    return ((KruskalTensor) tensor).first(rank);
  }
}

package io.github.trawl.evaluation.model;

import java.util.List;

/** The layers of a model whose weights are all in memory. */
final class LayersInMemory implements Layers {
  private final List<Block> blocks;

  LayersInMemory(List<BlockSpec> specs, WeightStore weights) {
    blocks = specs.stream().map(spec -> new Block(spec, weights)).toList();
  }

  @Override
  public int count() {
    return blocks.size();
  }

  @Override
  public Block get(int layer) {
    return blocks.get(layer);
  }
}

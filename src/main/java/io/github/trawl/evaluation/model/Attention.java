package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/** Multi-head attention with grouped queries. */
final class Attention {
  private final AttentionSpec spec;
  private final Linear input;
  private final Norm queryNorm;
  private final Norm keyNorm;
  private final Linear output;
  private final NDArray scale;

  Attention(AttentionSpec spec, WeightStore weights) {
    this.spec = spec;
    input = Linear.of(spec.input(), weights);
    queryNorm = Norm.of(spec.queryNorm(), weights);
    keyNorm = Norm.of(spec.keyNorm(), weights);
    output = Linear.of(spec.output(), weights);
    scale = input.weight().getManager().create((float) spec.scale());
  }

  /**
   * What is added to the residual stream.
   *
   * @param hidden [batch, tokens, hidden]
   * @param wanted the tokens whose result is computed
   */
  NDArray apply(NDArray hidden, AttentionContext context, LayerCache cache, TokenRows wanted) {
    NDArray projected = input.apply(hidden);
    NDList heads = heads(projected);
    NDArray queries = turned(Norm.orSame(queryNorm, heads.get(0)), context);
    NDArray keys = turned(Norm.orSame(keyNorm, heads.get(1)), context).transpose(0, 2, 1, 3);
    NDArray values = heads.get(2).transpose(0, 2, 1, 3);
    if (cache != null) {
      cache.extend(keys, values);
      keys = cache.keys();
      values = cache.values();
    }
    NDArray mixed = mix(queries, keys, values, context.mask(spec.window()));
    projected.close();
    return output.apply(wanted.of(mixed));
  }

  /** Queries, keys and values, each [batch, tokens, heads, features]. */
  private NDList heads(NDArray projected) {
    Shape shape = projected.getShape();
    int size = spec.headSize();
    return switch (spec.layout()) {
      case BLOCKS ->
          projected
              .reshape(shape.get(0), shape.get(1), -1, size)
              .split(new long[] {spec.heads(), spec.heads() + spec.keyValueHeads()}, 2);
      case PER_HEAD ->
          projected
              .reshape(shape.get(0), shape.get(1), spec.heads(), 3L * size)
              .split(new long[] {size, 2L * size}, 3);
    };
  }

  private NDArray turned(NDArray heads, AttentionContext context) {
    return spec.rotary() == null ? heads : context.rotation(spec.rotary()).apply(heads);
  }

  /**
   * The queries of a group stand one after the other, so that they meet their keys in one product.
   */
  private NDArray mix(NDArray queries, NDArray keys, NDArray values, NDArray mask) {
    long batch = queries.getShape().get(0);
    long tokens = queries.getShape().get(1);
    long groups = spec.keyValueHeads();
    long group = spec.heads() / groups;
    long size = spec.headSize();
    NDArray grouped =
        queries
            .reshape(batch, tokens, groups, group, size)
            .transpose(0, 2, 3, 1, 4)
            .reshape(batch, groups, group * tokens, size)
            .mul(scale);
    NDArray scores = SoftCap.apply(grouped.matMul(keys.transpose(0, 1, 3, 2)), spec.softCap());
    if (mask != null) {
      scores.reshape(batch, groups, group, tokens, keys.getShape().get(2)).addi(mask);
    }
    NDArray shares = scores.softmax(-1);
    scores.close();
    NDArray mixed =
        shares
            .matMul(values)
            .reshape(batch, groups, group, tokens, size)
            .transpose(0, 3, 1, 2, 4)
            .reshape(batch, tokens, groups * group * size);
    shares.close();
    return mixed;
  }
}

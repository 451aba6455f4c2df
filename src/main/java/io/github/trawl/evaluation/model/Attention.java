package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/** Multi-head attention with grouped queries. */
final class Attention {
  private final AttentionSpec spec;
  private final Linear input;

  /** The rows of {@code input} that give the queries; null unless the layout is BLOCKS. */
  private final Linear queryInput;

  /** The rows of {@code input} that give the keys and values; null unless the layout is BLOCKS. */
  private final Linear keyValueInput;

  private final Norm queryNorm;
  private final Norm keyNorm;
  private final Linear output;
  private final NDArray scale;

  Attention(AttentionSpec spec, WeightStore weights) {
    this.spec = spec;
    input = Linear.of(spec.input(), weights);
    boolean apart = spec.layout() == AttentionSpec.Layout.BLOCKS;
    queryInput = apart ? input.outputs(0, queryFeatures()) : null;
    keyValueInput = apart ? input.outputs(queryFeatures(), spec.input().totalOutputs()) : null;
    queryNorm = Norm.of(spec.queryNorm(), weights);
    keyNorm = Norm.of(spec.keyNorm(), weights);
    output = Linear.of(spec.output(), weights);
    scale = input.weight().getManager().create((float) spec.scale());
  }

  /**
   * Returns the outputs of the heads, before the output map. If {@code run} has a cache, the new
   * keys and values are added to it.
   *
   * @param hidden [batch, tokens, hidden]
   * @return a new array with the heads' features of the wanted tokens
   */
  NDArray headOutputs(NDArray hidden, LayerContext run) {
    AttentionContext context = run.context();
    NDList heads = heads(hidden, run.wanted());
    NDArray queries = Norm.applyIfPresent(queryNorm, heads.get(0));
    NDArray keys = Norm.applyIfPresent(keyNorm, heads.get(1));
    if (spec.rotary() != null) {
      queries = context.queryRotation(spec.rotary()).apply(queries);
      keys = context.keyRotation(spec.rotary()).apply(keys);
    }
    keys = keys.transpose(0, 2, 1, 3);
    NDArray values = heads.get(2).transpose(0, 2, 1, 3);
    if (run.cache() != null) {
      run.cache().extend(keys, values);
      keys = run.cache().keys();
      values = run.cache().values();
    }
    return run.wanted().selectFromQueries(attend(queries, keys, values, context));
  }

  /**
   * Returns the values weighted by the softmax of the scores, computed for as many queries at a
   * time as {@link LanguageModel#MOST_PAIRS} allows, with the keys that they see.
   *
   * @param queries [batch, queries, heads, features]
   * @param keys [batch, heads, keys, features]
   * @param values likewise
   */
  private NDArray attend(NDArray queries, NDArray keys, NDArray values, AttentionContext context) {
    int count = (int) queries.getShape().get(1);
    long pairsOfQuery = queries.getShape().get(0) * keys.getShape().get(2);
    int step = (int) Math.max(1, LanguageModel.MOST_PAIRS / pairsOfQuery);
    if (count <= step) {
      return attend(queries, keys, values, context.mask(spec.window()));
    }
    NDArray all =
        queries
            .getManager()
            .create(
                new Shape(queries.getShape().get(0), count, queryFeatures()),
                queries.getDataType());
    for (int first = 0; first < count; first += step) {
      int end = Math.min(count, first + step);
      try (NDManager block = queries.getManager().newSubManager()) {
        AttentionContext.VisibleKeys seen = context.visibleKeys(block, spec.window(), first, end);
        NDIndex visible = new NDIndex().addAllDim(2).addSliceDim(seen.firstKey(), seen.endKey());
        NDIndex own = new NDIndex().addAllDim().addSliceDim(first, end);
        all.set(
            own,
            attend(
                part(block, queries, own),
                part(block, keys, visible),
                part(block, values, visible),
                seen.mask()));
      }
    }
    return all;
  }

  private static NDArray part(NDManager owner, NDArray whole, NDIndex index) {
    NDArray part = whole.get(index);
    part.attach(owner);
    return part;
  }

  /** Returns a new array: the output map applied to the outputs of the heads. */
  NDArray output(NDArray mixed) {
    return output.apply(mixed);
  }

  private int queryFeatures() {
    return spec.heads() * spec.headSize();
  }

  /**
   * Returns queries, keys and values, each [batch, tokens, heads, features]; queries only of those
   * tokens for which {@code wanted} asks for them.
   */
  private NDList heads(NDArray hidden, WantedTokens wanted) {
    if (wanted.queries() == null) {
      return heads(input.apply(hidden));
    }
    if (queryInput == null) {
      NDList heads = heads(input.apply(hidden));
      NDArray all = heads.get(0);
      Shape shape = all.getShape();
      NDArray some =
          wanted.selectQueries(
              all.reshape(shape.get(0), shape.get(1), shape.get(2) * shape.get(3)));
      return new NDList(byHead(some), heads.get(1), heads.get(2));
    }
    NDList keysAndValues =
        byHead(keyValueInput.apply(hidden)).split(new long[] {spec.keyValueHeads()}, 2);
    return new NDList(
        byHead(queryInput.apply(wanted.selectQueries(hidden))),
        keysAndValues.get(0),
        keysAndValues.get(1));
  }

  private NDList heads(NDArray projected) {
    Shape shape = projected.getShape();
    int size = spec.headSize();
    return switch (spec.layout()) {
      case BLOCKS ->
          byHead(projected)
              .split(new long[] {spec.heads(), spec.heads() + spec.keyValueHeads()}, 2);
      case PER_HEAD ->
          projected
              .reshape(shape.get(0), shape.get(1), spec.heads(), 3L * size)
              .split(new long[] {size, 2L * size}, 3);
    };
  }

  private NDArray byHead(NDArray features) {
    Shape shape = features.getShape();
    return features.reshape(shape.get(0), shape.get(1), -1, spec.headSize());
  }

  /**
   * Returns the values weighted by the softmax of the scores. The queries of all heads of a group
   * are stacked along the token axis, so that one product with the group's keys gives their scores.
   */
  private NDArray attend(NDArray queries, NDArray keys, NDArray values, NDArray mask) {
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
    NDArray attentionWeights = scores.softmax(-1);
    scores.close();
    NDArray mixed =
        attentionWeights
            .matMul(values)
            .reshape(batch, groups, group, tokens, size)
            .transpose(0, 3, 1, 2, 4)
            .reshape(batch, tokens, groups * group * size);
    attentionWeights.close();
    return mixed;
  }
}

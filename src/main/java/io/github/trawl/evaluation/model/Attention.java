package io.github.trawl.evaluation.model;

import java.util.List;

/** Multi-head attention with grouped queries. */
final class Attention {
  private final AttentionSpec spec;
  private final Linear input;

  /** The part of {@code input} that gives the queries; null unless the layout is BLOCKS. */
  private final Linear queryInput;

  /** The part of {@code input} that gives keys and values; null unless the layout is BLOCKS. */
  private final Linear keyValueInput;

  private final Norm queryNorm;
  private final Norm keyNorm;
  private final Linear output;

  Attention(AttentionSpec spec, WeightStore weights) {
    this.spec = spec;
    input = Linear.of(spec.input(), weights);
    boolean apart = spec.layout() == AttentionSpec.Layout.BLOCKS;
    queryInput = apart ? input.outputs(0, queryFeatures()) : null;
    keyValueInput = apart ? input.outputs(queryFeatures(), spec.input().totalOutputs()) : null;
    queryNorm = Norm.of(spec.queryNorm(), weights);
    keyNorm = Norm.of(spec.keyNorm(), weights);
    output = Linear.of(spec.output(), weights);
  }

  /**
   * Returns the outputs of the heads, before the output map. If {@code layer} has a cache, the new
   * keys and values are added to it.
   *
   * @param hidden [batch, tokens, hidden]
   * @return a new tensor: for each wanted token the features of all heads, one head after another
   */
  NativeTensor headOutputs(NativeTensor hidden, LayerContext layer) {
    AttentionContext context = layer.context();
    List<NativeTensor> heads =
        rotatesTogether(layer.wanted())
            ? rotatedTogether(hidden, context)
            : rotated(normed(heads(hidden, layer.wanted())), context);
    NativeTensor queries = heads.get(0);
    NativeTensor keys = heads.get(1).permute(0, 2, 1, 3);
    NativeTensor values = heads.get(2).permute(0, 2, 1, 3);
    if (layer.cache() != null) {
      layer.cache().extend(keys, values);
      keys = layer.cache().keys();
      values = layer.cache().values();
    }
    return layer.wanted().selectFromQueries(attend(queries, keys, values, context));
  }

  /**
   * Returns the values weighted by the softmax of the scores, computed for as many queries at a
   * time as {@link LanguageModel#MOST_PAIRS} allows, with the keys that they see.
   *
   * @param queries [batch, queries, heads, features]
   * @param keys [batch, heads, keys, features]
   * @param values likewise
   */
  private NativeTensor attend(
      NativeTensor queries, NativeTensor keys, NativeTensor values, AttentionContext context) {
    int count = (int) queries.size(1);
    long pairsOfQuery = queries.size(0) * keys.size(2);
    int step = (int) Math.max(1, LanguageModel.MOST_PAIRS / pairsOfQuery);
    if (count <= step) {
      return attend(queries, keys, values, context.mask(spec.window()));
    }
    NativeTensor all = queries.scope().emptyLike(queries, queries.size(0), count, queryFeatures());
    for (int first = 0; first < count; first += step) {
      int end = Math.min(count, first + step);
      try (TensorScope block = queries.scope().newScope()) {
        AttentionContext.VisibleKeys seen = context.visibleKeys(block, spec.window(), first, end);
        sliceOwnedBy(block, all, 1, first, end)
            .copyFrom(
                attend(
                    sliceOwnedBy(block, queries, 1, first, end),
                    sliceOwnedBy(block, keys, 2, seen.firstKey(), seen.endKey()),
                    sliceOwnedBy(block, values, 2, seen.firstKey(), seen.endKey()),
                    seen.mask()));
      }
    }
    return all;
  }

  /**
   * Returns whether one operation can rotate queries and keys: they are adjacent outputs of {@code
   * input}, have no norms, and are computed for all tokens.
   */
  private boolean rotatesTogether(WantedTokens wanted) {
    return spec.rotary() != null
        && spec.layout() == AttentionSpec.Layout.BLOCKS
        && queryNorm == null
        && keyNorm == null
        && wanted.queries() == null;
  }

  /** Returns the same bits as {@code rotated(heads(hidden, …), context)}, in fewer operations. */
  private List<NativeTensor> rotatedTogether(NativeTensor hidden, AttentionContext context) {
    List<NativeTensor> parts =
        byHead(input.apply(hidden)).split(2, (long) spec.heads() + spec.keyValueHeads());
    NativeTensor queriesAndKeys = parts.get(0);
    List<NativeTensor> rotated =
        context
            .queryRotation(spec.rotary(), queriesAndKeys)
            .apply(queriesAndKeys)
            .split(2, spec.heads());
    return List.of(rotated.get(0), rotated.get(1), parts.get(1));
  }

  private List<NativeTensor> normed(List<NativeTensor> heads) {
    return List.of(
        Norm.applyIfPresent(queryNorm, heads.get(0)),
        Norm.applyIfPresent(keyNorm, heads.get(1)),
        heads.get(2));
  }

  private List<NativeTensor> rotated(List<NativeTensor> heads, AttentionContext context) {
    if (spec.rotary() == null) {
      return heads;
    }
    NativeTensor queries = heads.get(0);
    NativeTensor keys = heads.get(1);
    return List.of(
        context.queryRotation(spec.rotary(), queries).apply(queries),
        context.keyRotation(spec.rotary(), keys).apply(keys),
        heads.get(2));
  }

  private static NativeTensor sliceOwnedBy(
      TensorScope owner, NativeTensor whole, int dimension, int from, int to) {
    NativeTensor slice = whole.slice(dimension, from, to);
    slice.attach(owner);
    return slice;
  }

  /** Returns a new tensor: the output map applied to the outputs of the heads. */
  NativeTensor output(NativeTensor headOutputs) {
    return output.apply(headOutputs);
  }

  private int queryFeatures() {
    return spec.heads() * spec.headSize();
  }

  /**
   * Returns queries, keys and values, each [batch, tokens, heads, features]; queries only of those
   * tokens for which {@code wanted} asks for them.
   */
  private List<NativeTensor> heads(NativeTensor hidden, WantedTokens wanted) {
    if (wanted.queries() == null) {
      return heads(input.apply(hidden));
    }
    if (queryInput == null) {
      List<NativeTensor> heads = heads(input.apply(hidden));
      NativeTensor all = heads.get(0);
      NativeTensor some =
          wanted.selectQueries(all.reshape(all.size(0), all.size(1), all.size(2) * all.size(3)));
      return List.of(byHead(some), heads.get(1), heads.get(2));
    }
    List<NativeTensor> keysAndValues =
        byHead(keyValueInput.apply(hidden)).split(2, spec.keyValueHeads());
    return List.of(
        byHead(queryInput.apply(wanted.selectQueries(hidden))),
        keysAndValues.get(0),
        keysAndValues.get(1));
  }

  private List<NativeTensor> heads(NativeTensor projected) {
    int size = spec.headSize();
    return switch (spec.layout()) {
      case BLOCKS ->
          byHead(projected).split(2, spec.heads(), (long) spec.heads() + spec.keyValueHeads());
      case PER_HEAD ->
          projected
              .reshape(projected.size(0), projected.size(1), spec.heads(), 3L * size)
              .split(3, size, 2L * size);
    };
  }

  private NativeTensor byHead(NativeTensor features) {
    return features.reshape(features.size(0), features.size(1), -1, spec.headSize());
  }

  /**
   * Returns the values weighted by the softmax of the scores. The queries of all heads of a group
   * are stacked along the token axis, so that one product with the group's keys gives their scores.
   */
  private NativeTensor attend(
      NativeTensor queries, NativeTensor keys, NativeTensor values, NativeTensor mask) {
    long batch = queries.size(0);
    long tokens = queries.size(1);
    long groups = spec.keyValueHeads();
    long group = spec.heads() / groups;
    long size = spec.headSize();
    NativeTensor grouped =
        queries
            .reshape(batch, tokens, groups, group, size)
            .permute(0, 2, 3, 1, 4)
            .reshape(batch, groups, group * tokens, size);
    NativeTensor mixed =
        spec.softCap() == 0 && grouped.isFloat32()
            ? grouped.attend(keys, values, repeated(mask, group, grouped.scope()), spec.scale())
            : attendInSteps(grouped, keys, values, mask, group);
    return mixed
        .reshape(batch, groups, group, tokens, size)
        .permute(0, 3, 1, 2, 4)
        .reshape(batch, tokens, groups * group * size);
  }

  /**
   * Returns a mask as [sequences or 1, 1, group · queries or 1, keys]; null for null.
   *
   * @param group the number of query heads for each key head
   * @param owner the owner of the result; the mask's owner would keep it until all layers have run
   */
  private static NativeTensor repeated(NativeTensor mask, long group, TensorScope owner) {
    if (mask == null) {
      return null;
    }
    long rows = mask.size(3);
    long repeats = rows == 1 ? 1 : group;
    NativeTensor expanded = mask.expand(mask.size(0), 1, repeats, rows, mask.size(4));
    expanded.attach(owner);
    return expanded.reshape(mask.size(0), 1, repeats * rows, mask.size(4));
  }

  /**
   * Computes the attention in separate operations: PyTorch's scaled_dot_product_attention has no
   * soft cap, and for bfloat16 on the CPU it is several times slower.
   */
  private NativeTensor attendInSteps(
      NativeTensor grouped, NativeTensor keys, NativeTensor values, NativeTensor mask, long group) {
    // The keys may belong to a cache, whose scope would keep this view after the layer.
    NativeTensor transposed = keys.permute(0, 1, 3, 2);
    transposed.attach(grouped.scope());
    NativeTensor product = grouped.mul((float) spec.scale()).matMul(transposed);
    NativeTensor scores = SoftCap.apply(product.asFloat32(), spec.softCap());
    closeUnless(product == scores, product);
    if (mask != null) {
      // A view that stayed open would keep the memory of the scores until the layer ends.
      try (NativeTensor byHead =
          scores.reshape(
              scores.size(0), scores.size(1), group, scores.size(2) / group, scores.size(3))) {
        byHead.addi(mask);
      }
    }
    NativeTensor exact = scores.softmax(-1);
    scores.close();
    NativeTensor attentionWeights = exact.asTypeOf(values);
    closeUnless(exact == attentionWeights, exact);
    NativeTensor mixed = attentionWeights.matMul(values);
    attentionWeights.close();
    return mixed;
  }

  private static void closeUnless(boolean used, NativeTensor tensor) {
    if (!used) {
      tensor.close();
    }
  }
}

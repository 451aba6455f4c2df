package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * The sines and cosines of a rotary embedding for some tokens, in the type of queries and keys.
 *
 * @param spec describes the embedding
 * @param cosines [sequences or 1, tokens, 1, 2 · pairs]: the cosine of each rotated feature's angle
 * @param sines likewise: −sin of the angle for the first feature of a pair, sin for the second
 */
record Rotation(RotarySpec spec, NativeTensor cosines, NativeTensor sines) {
  /**
   * Computes the sines and cosines of tokens.
   *
   * @param owner owns the tensors
   * @param positions the positions of the tokens, a row for each sequence or one for all
   * @param lengths the length of each sequence; if {@code positions} has one row, all lengths must
   *     have the same frequencies
   * @param heads any tensor of the type to which sines and cosines are rounded
   */
  static Rotation at(
      TensorScope owner, RotarySpec spec, int[][] positions, int[] lengths, NativeTensor heads) {
    int pairs = spec.pairs();
    int tokens = positions[0].length;
    long[] shape = {positions.length, tokens, 1, 2L * pairs};
    float[] cosines = new float[positions.length * tokens * 2 * pairs];
    float[] sines = new float[cosines.length];
    int start = 0;
    for (int i = 0; i < positions.length; i++) {
      float[] frequencies = spec.frequencies(lengths[i]);
      for (int position : positions[i]) {
        for (int pair = 0; pair < pairs; pair++) {
          // The angle is rounded to float32 as in transformers: at large positions it matters.
          float angle = position * frequencies[pair];
          int first = start + (spec.interleaved() ? 2 * pair : pair);
          int second = first + (spec.interleaved() ? 1 : pairs);
          cosines[first] = cosines[second] = (float) Math.cos(angle) * spec.scale();
          sines[second] = (float) Math.sin(angle) * spec.scale();
          sines[first] = -sines[second];
        }
        start += 2 * pairs;
      }
    }
    return new Rotation(
        spec,
        converted(owner.create(cosines, shape), heads),
        converted(owner.create(sines, shape), heads));
  }

  private static NativeTensor converted(NativeTensor values, NativeTensor heads) {
    NativeTensor converted = values.asTypeOf(heads);
    if (converted != values) {
      values.close();
    }
    return converted;
  }

  /**
   * Returns {@code heads}, which are [batch, tokens, heads, features], rotated: each feature times
   * its cosine, plus the other feature of its pair times its sine.
   */
  NativeTensor apply(NativeTensor heads) {
    long count = 2L * spec.pairs();
    boolean all = count == heads.size(3);
    NativeTensor features = all ? heads : heads.slice(3, 0, count);
    NativeTensor others = exchanged(features).muli(sines);
    NativeTensor rotated = features.mul(cosines).addi(others);
    others.close();
    return all
        ? rotated
        : NativeTensor.concatenate(List.of(rotated, heads.slice(3, count, heads.size(3))), 3);
  }

  /** Returns a copy of {@code features} in which those of each pair have changed places. */
  private NativeTensor exchanged(NativeTensor features) {
    if (!spec.interleaved()) {
      List<NativeTensor> halves = features.split(3, spec.pairs());
      return NativeTensor.concatenate(List.of(halves.get(1), halves.get(0)), 3);
    }
    long[] shape = features.shape();
    List<NativeTensor> members =
        features.reshape(shape[0], shape[1], shape[2], spec.pairs(), 2).split(4, 1);
    return NativeTensor.concatenate(List.of(members.get(1), members.get(0)), 4).reshape(shape);
  }
}

package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * The sines and cosines of a rotary embedding for some tokens.
 *
 * @param spec describes the embedding
 * @param cosines [sequences or 1, tokens, 1, pairs]
 * @param sines [sequences or 1, tokens, 1, pairs]
 */
record Rotation(RotarySpec spec, NativeTensor cosines, NativeTensor sines) {
  /**
   * Computes the sines and cosines of tokens.
   *
   * @param owner owns the arrays
   * @param positions the positions of the tokens, a row for each sequence or one for all
   * @param lengths the length of each sequence; if {@code positions} has one row, all lengths must
   *     have the same frequencies
   */
  static Rotation at(TensorScope owner, RotarySpec spec, int[][] positions, int[] lengths) {
    int tokens = positions[0].length;
    long[] shape = {positions.length, tokens, 1, spec.pairs()};
    float[] cosines = new float[positions.length * tokens * spec.pairs()];
    float[] sines = new float[cosines.length];
    int at = 0;
    for (int i = 0; i < positions.length; i++) {
      float[] frequencies = spec.frequencies(lengths[i]);
      for (int position : positions[i]) {
        for (float frequency : frequencies) {
          // The angle is rounded to float32 as in transformers: at large positions it matters.
          float angle = position * frequency;
          cosines[at] = (float) Math.cos(angle) * spec.scale();
          sines[at++] = (float) Math.sin(angle) * spec.scale();
        }
      }
    }
    return new Rotation(spec, owner.create(cosines, shape), owner.create(sines, shape));
  }

  /** Returns {@code heads}, which are [batch, tokens, heads, features], rotated. */
  NativeTensor apply(NativeTensor heads) {
    int pairs = spec.pairs();
    NativeTensor cosines = converted(this.cosines, heads);
    NativeTensor sines = converted(this.sines, heads);
    return spec.interleaved()
        ? neighbours(heads, pairs, cosines, sines)
        : halves(heads, pairs, cosines, sines);
  }

  /** Returns {@code values} in the type of {@code heads}; a new tensor belongs to their scope. */
  private static NativeTensor converted(NativeTensor values, NativeTensor heads) {
    NativeTensor converted = values.asTypeOf(heads);
    if (converted != values) {
      converted.attach(heads.scope());
    }
    return converted;
  }

  private static NativeTensor halves(
      NativeTensor heads, int pairs, NativeTensor cosines, NativeTensor sines) {
    List<NativeTensor> parts = heads.split(3, pairs, 2L * pairs);
    NativeTensor first = parts.get(0);
    NativeTensor second = parts.get(1);
    return NativeTensor.concatenate(
        List.of(
            first.mul(cosines).subi(second.mul(sines)),
            second.mul(cosines).addi(first.mul(sines)),
            parts.get(2)),
        3);
  }

  private static NativeTensor neighbours(
      NativeTensor heads, int pairs, NativeTensor cosines, NativeTensor sines) {
    long[] shape = heads.shape();
    long[] whole = {shape[0], shape[1], shape[2], pairs};
    List<NativeTensor> parts = heads.split(3, 2L * pairs);
    List<NativeTensor> members =
        parts.get(0).reshape(shape[0], shape[1], shape[2], pairs, 2).split(4, 1);
    NativeTensor even = members.get(0).reshape(whole);
    NativeTensor odd = members.get(1).reshape(whole);
    NativeTensor turned =
        NativeTensor.stack(
                List.of(
                    even.mul(cosines).subi(odd.mul(sines)), odd.mul(cosines).addi(even.mul(sines))),
                4)
            .reshape(shape[0], shape[1], shape[2], 2L * pairs);
    return NativeTensor.concatenate(List.of(turned, parts.get(1)), 3);
  }
}

package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The sines and cosines of a rotary embedding for some tokens.
 *
 * @param spec describes the embedding
 * @param cosines [sequences or 1, tokens, 1, pairs]
 * @param sines [sequences or 1, tokens, 1, pairs]
 */
record Rotation(RotarySpec spec, NDArray cosines, NDArray sines) {
  /**
   * Computes the sines and cosines of tokens.
   *
   * @param manager owns the arrays
   * @param positions the positions of the tokens, a row for each sequence or one for all
   * @param lengths the length of each sequence; if {@code positions} has one row, all lengths must
   *     have the same frequencies
   */
  static Rotation at(NDManager manager, RotarySpec spec, int[][] positions, int[] lengths) {
    int tokens = positions[0].length;
    Shape shape = new Shape(positions.length, tokens, 1, spec.pairs());
    float[] cosines = new float[(int) shape.size()];
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
    return new Rotation(spec, manager.create(cosines, shape), manager.create(sines, shape));
  }

  /** Returns {@code heads}, which are [batch, tokens, heads, features], rotated. */
  NDArray apply(NDArray heads) {
    int pairs = spec.pairs();
    return spec.interleaved() ? neighbours(heads, pairs) : halves(heads, pairs);
  }

  private NDArray halves(NDArray heads, int pairs) {
    NDList parts = heads.split(new long[] {pairs, 2L * pairs}, 3);
    NDArray first = parts.get(0);
    NDArray second = parts.get(1);
    NDList turned =
        new NDList(
            first.mul(cosines).subi(second.mul(sines)), second.mul(cosines).addi(first.mul(sines)));
    if (parts.get(2).size() > 0) {
      turned.add(parts.get(2));
    }
    return NDArrays.concat(turned, 3);
  }

  private NDArray neighbours(NDArray heads, int pairs) {
    Shape shape = heads.getShape();
    Shape whole = new Shape(shape.get(0), shape.get(1), shape.get(2), pairs);
    NDList parts = heads.split(new long[] {2L * pairs}, 3);
    NDList members =
        parts
            .get(0)
            .reshape(shape.get(0), shape.get(1), shape.get(2), pairs, 2)
            .split(new long[] {1}, 4);
    NDArray even = members.get(0).reshape(whole);
    NDArray odd = members.get(1).reshape(whole);
    NDArray turned =
        NDArrays.stack(
                new NDList(
                    even.mul(cosines).subi(odd.mul(sines)), odd.mul(cosines).addi(even.mul(sines))),
                4)
            .reshape(shape.get(0), shape.get(1), shape.get(2), 2L * pairs);
    return parts.get(1).size() > 0 ? NDArrays.concat(new NDList(turned, parts.get(1)), 3) : turned;
  }
}

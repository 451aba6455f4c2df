package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * The MTTKRP of one panel of columns, summed over the blocks of one subtree.
 *
 * @param place the subtree
 * @param values count×W
 */
@SuppressWarnings("ArrayRecordComponent") // A message, read once.
@DefaultSerializer(JavaSerializer.class)
record ColumnPartial(TreeSum.Place place, float[] values) implements Serializable {

  /**
   * Adds each array of {@code right} to the one of {@code left} at its index; returns {@code left}.
   */
  static float[][] add(float[][] left, float[][] right) {
    for (int i = 0; i < left.length; i++) {
      add(left[i], right[i]);
    }
    return left;
  }

  /** Adds {@code right} to {@code left} and returns {@code left}. */
  static float[] add(float[] left, float[] right) {
    for (int i = 0; i < left.length; i++) {
      left[i] += right[i];
    }
    return left;
  }
}

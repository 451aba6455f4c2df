package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * The MTTKRP of one panel of columns, summed over the blocks of one subtree of a {@link TreeSum}.
 *
 * @param subtree the subtree
 * @param values a row of W values for each column of the panel
 */
@SuppressWarnings("ArrayRecordComponent") // A message, read once.
@DefaultSerializer(JavaSerializer.class)
record ColumnPartial(TreeSum.Subtree subtree, float[] values) implements Serializable {

  /**
   * Adds each array of {@code right} to the array of {@code left} at the same index, and returns
   * {@code left}.
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

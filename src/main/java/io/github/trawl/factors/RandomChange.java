package io.github.trawl.factors;

import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.tensor.CounterRandom;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Changes a tensor at random by as much as an edit does, as a control: if models that are changed
 * in this way score as well as the edited one, its gain is not due to the values of the edit.
 *
 * <p>Adds a random number, uniform around 0, to each element that the edit changes. The numbers are
 * scaled so that their root sum of squares is that of the edit's changes. The result is rounded to
 * the tensor's dtype.
 */
final class RandomChange {
  /** The number of values that are rounded at a time. */
  private static final int CHUNK = 1 << 20;

  private final long seed;
  private final int stream;

  /**
   * A change that depends on the control's number, the tensor's name, and the rank and the seed of
   * the decomposition.
   *
   * @param edit the first edit of the tensor; if there are several, one is enough, since any number
   *     will do that differs between controls
   */
  RandomChange(MatrixEdit edit) {
    // The factor keeps apart all pairs of a seed and a control number below 1,000,003.
    this.seed = edit.asControl() + 1_000_003L * edit.factors().seed();
    this.stream = 31 * edit.slice().tensor().name().hashCode() + edit.factors().rank();
  }

  /**
   * Overwrites {@code edited}, the tensor as an edit leaves it, with the random change of {@code
   * original}.
   *
   * @throws io.github.trawl.checkpoint.FloatOverflowException if a value does not fit the dtype
   */
  void apply(float[] original, float[] edited, DType dtype) {
    double changes = 0;
    double numbers = 0;
    for (int i = 0; i < edited.length; i++) {
      if (edited[i] != original[i]) {
        double change = (double) edited[i] - original[i];
        double number = number(i);
        changes += change * change;
        numbers += number * number;
      }
    }
    double scale = numbers == 0 ? 0 : Math.sqrt(changes / numbers);
    for (int i = 0; i < edited.length; i++) {
      if (edited[i] != original[i]) {
        edited[i] = (float) (original[i] + scale * number(i));
      }
    }
    round(edited, dtype);
  }

  /**
   * A random number in (-1, 1), symmetric around 0: twice the difference between a random multiple
   * of 2⁻²⁴ in [0, 1) and the mean of such multiples, (1 − 2⁻²⁴) / 2.
   */
  private double number(int position) {
    return 2.0 * CounterRandom.uniform(seed, stream, 0, position) - (1 - 0x1p-24);
  }

  /** Rounds to a 16-bit dtype. For F32 and F64 the values are kept as float32. */
  private static void round(float[] values, DType dtype) {
    if (dtype == DType.F32 || dtype == DType.F64) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Short.BYTES);
    for (int start = 0; start < values.length; start += CHUNK) {
      int count = Math.min(CHUNK, values.length - start);
      bytes.clear();
      FloatCodec.encode(dtype, FloatBuffer.wrap(values, start, count), bytes);
      FloatCodec.decode(dtype, bytes.flip(), FloatBuffer.wrap(values, start, count));
    }
  }
}

package io.github.trawl.distributed;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes and reads arrays of floats as bytes that are copied in bulk. Kryo and Java write such
 * arrays value by value, which is several times slower than the network.
 */
final class FloatArrays {
  /** The number of values that are copied at a time. */
  private static final int CHUNK = 1 << 14;

  private FloatArrays() {}

  static void write(Output output, float[] values) {
    output.writeInt(values.length);
    byte[] bytes = new byte[4 * Math.min(CHUNK, values.length)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < values.length; start += CHUNK) {
      int count = Math.min(CHUNK, values.length - start);
      buffer.asFloatBuffer().put(values, start, count);
      output.writeBytes(bytes, 0, 4 * count);
    }
  }

  static float[] read(Input input) {
    float[] values = new float[input.readInt()];
    byte[] bytes = new byte[4 * Math.min(CHUNK, values.length)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < values.length; start += CHUNK) {
      int count = Math.min(CHUNK, values.length - start);
      input.readBytes(bytes, 0, 4 * count);
      buffer.asFloatBuffer().get(values, start, count);
    }
    return values;
  }
}

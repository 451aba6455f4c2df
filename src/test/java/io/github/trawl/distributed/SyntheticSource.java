package io.github.trawl.distributed;

import io.github.trawl.tensor.TensorSource;
import java.nio.FloatBuffer;

/** A tensor of a few smooth components plus noise, computed from the position of an element. */
public record SyntheticSource(int depth, int rows, int columns, float noise)
    implements TensorSource {
  @Override
  public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
    for (int row = rowStart; row < rowStart + rowCount; row++) {
      for (int column = 0; column < columns; column++) {
        target.put(value(slice, row, column));
      }
    }
  }

  private float value(int slice, int row, int column) {
    double value = 0;
    for (int r = 1; r <= 4; r++) {
      value +=
          Math.cos(r * (slice + 1.0)) * Math.sin(0.11 * r * row + r) * Math.cos(0.07 * column * r);
    }
    long mixed = ((slice * 1_000_003L + row) * 1_000_003L + column) * 0x9e3779b97f4a7c15L;
    mixed ^= mixed >>> 29;
    mixed *= 0xbf58476d1ce4e5b9L;
    return (float) (value + noise * ((mixed >>> 40) * 0x1p-23 - 1));
  }
}

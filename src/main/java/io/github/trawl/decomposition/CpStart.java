package io.github.trawl.decomposition;

import io.github.trawl.tensor.CounterRandom;

/** The random start of CP-ALS: uniform entries, each a function of the seed and its position. */
public final class CpStart {
  // The modes by which CounterRandom gives the factors of one seed different values.
  private static final int ROWS = 1;
  private static final int COLUMNS = 2;

  private CpStart() {}

  /** Rows {@code start} to {@code start + count - 1} of B, {@code count}×W. */
  public static float[] columnFactor(CpBatch batch, int start, int count) {
    return uniform(batch, COLUMNS, start, count);
  }

  /** Rows {@code start} to {@code start + count - 1} of A, {@code count}×W. */
  static float[] rowFactor(CpBatch batch, int start, int count) {
    return uniform(batch, ROWS, start, count);
  }

  private static float[] uniform(CpBatch batch, int mode, int start, int count) {
    int width = batch.width();
    float[] values = new float[Math.multiplyExact(count, width)];
    int offset = 0;
    for (CpMember member : batch.members()) {
      float shift = member.start() == StartDistribution.CENTRED ? 0.5f : 0;
      for (int row = 0; row < count; row++) {
        for (int r = 0; r < member.rank(); r++) {
          values[row * width + offset + r] =
              CounterRandom.uniform(member.seed(), mode, start + row, r) - shift;
        }
      }
      offset += member.rank();
    }
    return values;
  }
}

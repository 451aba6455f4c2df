package io.github.trawl.decomposition;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.Random;

/** Tensors of known structure for tests. */
final class RandomTensors {
  private RandomTensors() {}

  /** Gaussian noise of standard deviation {@code noise} on a sum of {@code rank} components. */
  static TensorBlock lowRank(
      OffHeapMemory memory, int depth, int rows, int columns, int rank, double noise, long seed) {
    Random random = new Random(seed);
    double[][] c = gaussian(random, depth, rank);
    double[][] a = gaussian(random, rows, rank);
    double[][] b = gaussian(random, columns, rank);
    TensorBlock block = TensorBlock.allocate(memory, 0, depth, rows, columns);
    for (int k = 0; k < depth; k++) {
      FloatMatrix slice = block.slice(k);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double value = noise == 0 ? 0 : noise * random.nextGaussian();
          for (int r = 0; r < rank; r++) {
            value += c[k][r] * a[i][r] * b[j][r];
          }
          slice.set(i, j, (float) value);
        }
      }
    }
    return block;
  }

  private static double[][] gaussian(Random random, int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int column = 0; column < columns; column++) {
        row[column] = random.nextGaussian();
      }
    }
    return values;
  }
}

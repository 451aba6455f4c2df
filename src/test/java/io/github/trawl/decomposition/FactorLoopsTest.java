package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the definitions, on views: one row, a whole chunk, and what is left of one. */
class FactorLoopsTest {
  private static final int DEPTH = 3;
  private static final int OFFSET = 2;

  private OffHeapMemory memory;

  @BeforeEach
  void open() {
    memory = OffHeapMemory.limitedTo(16 << 20);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "15,7", "16,1", "33,600", "100,64"})
  @DisplayName("scaled sums and column products of a panel are those of their definitions")
  void definitions(int count, int columns) {
    int width = columns + OFFSET + 1;
    Random random = new Random(7);
    float[] scales = new float[DEPTH * width];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = random.nextFloat() - 0.5f;
    }
    double[] products = new double[DEPTH * width];
    products[0] = 5;
    FactorLoops loops = new FactorLoops(count, columns);
    try (FloatMatrix wideY = random(DEPTH * count, width, random);
        FloatMatrix wideFactor = random(count, width, random);
        FloatMatrix wideScaled = memory.floats(DEPTH * (count + 1), columns + 1);
        DoubleMatrix sum = memory.doubles(count, columns)) {
      FloatMatrix y = wideY.columnRange(1, columns);
      FloatMatrix factor = wideFactor.columnRange(OFFSET, columns);
      loops.sumScaled(y, scales, width, OFFSET, sum);
      FloatMatrix scaled = wideScaled.columnRange(1, columns);
      float[] ownScales = new float[DEPTH * columns];
      for (int k = 0; k < DEPTH; k++) {
        System.arraycopy(scales, k * width + OFFSET, ownScales, k * columns, columns);
      }
      loops.scale(factor, ownScales, scaled, 1);
      loops.addColumnProducts(factor, y, products, width, OFFSET);
      for (int column = 0; column < columns; column++) {
        double[] columnProducts = new double[DEPTH];
        for (int i = 0; i < count; i++) {
          double expected = 0;
          for (int k = 0; k < DEPTH; k++) {
            double value = y.get(k * count + i, column);
            expected += value * scales[k * width + OFFSET + column];
            columnProducts[k] += value * factor.get(i, column);
            assertThat(scaled.get(k * (count + 1) + 1 + i, column))
                .isEqualTo(factor.get(i, column) * scales[k * width + OFFSET + column]);
          }
          assertThat(sum.get(i, column)).isCloseTo(expected, within(3e-7));
        }
        for (int k = 0; k < DEPTH; k++) {
          assertThat(products[k * width + OFFSET + column])
              .isCloseTo(columnProducts[k], within(1e-6 * Math.sqrt(count)));
        }
      }
      assertThat(products[0]).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "40,3"})
  @DisplayName("a solution is rounded to what the factor stores")
  void rounding(int count, int columns) {
    Random random = new Random(8);
    FactorLoops loops = new FactorLoops(count, columns);
    try (DoubleMatrix solution = memory.doubles(count, columns);
        DoubleMatrix widened = memory.doubles(count, columns);
        FloatMatrix factor = memory.floats(count, columns)) {
      double[] sums = new double[columns];
      for (int i = 0; i < count; i++) {
        for (int column = 0; column < columns; column++) {
          double value = random.nextGaussian();
          solution.set(i, column, value);
          sums[column] += (double) (float) value * (float) value;
        }
      }
      double[] exact = solution.toArray();
      loops.round(solution, factor);
      loops.widen(factor, widened);
      float[] stored = factor.toArray();
      for (int i = 0; i < exact.length; i++) {
        assertThat(stored[i]).isEqualTo((float) exact[i]);
      }
      assertThat(solution.toArray()).isEqualTo(widened.toArray());
      assertThat(loops.columnProducts(solution, widened)).containsExactly(sums, within(1e-12));
    }
  }

  private FloatMatrix random(int rows, int columns, Random random) {
    FloatMatrix matrix = memory.floats(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int column = 0; column < columns; column++) {
        matrix.set(i, column, random.nextFloat() - 0.5f);
      }
    }
    return matrix;
  }
}

package io.github.trawl.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

/** A matrix of random values inside a larger one, whose other values must stay as they are. */
final class FramedMatrix implements AutoCloseable {
  private static final float UNTOUCHED = -77;

  private final DoubleMatrix outer;
  final DoubleMatrix view;
  private final FloatMatrix outerFloats;
  final FloatMatrix floats;

  FramedMatrix(OffHeapMemory memory, Random random, int rows, int columns, int margin) {
    outer = memory.doubles(rows + 2 * margin, columns + 2 * margin);
    outerFloats = memory.floats(rows + 2 * margin, columns + 2 * margin);
    for (int row = 0; row < outer.rows(); row++) {
      for (int column = 0; column < outer.columns(); column++) {
        outer.set(row, column, UNTOUCHED);
        outerFloats.set(row, column, UNTOUCHED);
      }
    }
    view = outer.rowRange(margin, rows).columnRange(margin, columns);
    floats = outerFloats.rowRange(margin, rows).columnRange(margin, columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float value = random.nextFloat() - 0.5f;
        view.set(row, column, value);
        floats.set(row, column, value);
      }
    }
  }

  /** Sets all values inside the frame. */
  void fill(double value) {
    for (int row = 0; row < view.rows(); row++) {
      for (int column = 0; column < view.columns(); column++) {
        view.set(row, column, value);
        floats.set(row, column, (float) value);
      }
    }
  }

  /** The values inside the frame. */
  double[][] values() {
    double[][] values = new double[view.rows()][view.columns()];
    for (int row = 0; row < view.rows(); row++) {
      for (int column = 0; column < view.columns(); column++) {
        values[row][column] = view.get(row, column);
      }
    }
    return values;
  }

  void assertFrameUntouched() {
    int margin = (outer.rows() - view.rows()) / 2;
    for (int row = 0; row < outer.rows(); row++) {
      for (int column = 0; column < outer.columns(); column++) {
        boolean inside =
            row >= margin
                && row < margin + view.rows()
                && column >= margin
                && column < margin + view.columns();
        if (!inside) {
          assertThat(outer.get(row, column)).isEqualTo(UNTOUCHED);
          assertThat(outerFloats.get(row, column)).isEqualTo(UNTOUCHED);
        }
      }
    }
  }

  @Override
  public void close() {
    outer.close();
    outerFloats.close();
  }
}

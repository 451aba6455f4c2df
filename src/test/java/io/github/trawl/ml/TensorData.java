package io.github.trawl.ml;

import io.github.trawl.tensor.TensorSource;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A tensor as an array, as a source of the engine and as rows of a data set. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record TensorData(float[][][] values) implements TensorSource {
  private static final long serialVersionUID = 1L;

  /** A sum of {@code rank} random components, all of about the same size, plus noise. */
  static TensorData of(int depth, int rows, int columns, int rank, double noise, long seed) {
    Random random = new Random(seed);
    double[][] c = normal(random, depth, rank);
    double[][] a = normal(random, rows, rank);
    double[][] b = normal(random, columns, rank);
    float[][][] values = new float[depth][rows][columns];
    for (int k = 0; k < depth; k++) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = noise * random.nextGaussian();
          for (int r = 0; r < rank; r++) {
            sum += c[k][r] * a[i][r] * b[j][r];
          }
          values[k][i][j] = (float) sum;
        }
      }
    }
    return new TensorData(values);
  }

  private static double[][] normal(Random random, int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int column = 0; column < columns; column++) {
        row[column] = random.nextGaussian();
      }
    }
    return matrix;
  }

  /** The same with only every fourth value kept. */
  TensorData thinned() {
    float[][][] kept = new float[depth()][rows()][columns()];
    for (int k = 0; k < depth(); k++) {
      for (int i = 0; i < rows(); i++) {
        for (int j = (k + i) % 4; j < columns(); j += 4) {
          kept[k][i][j] = values[k][i][j];
        }
      }
    }
    return new TensorData(kept);
  }

  @Override
  public int depth() {
    return values.length;
  }

  @Override
  public int rows() {
    return values[0].length;
  }

  @Override
  public int columns() {
    return values[0][0].length;
  }

  @Override
  public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
    for (int row = rowStart; row < rowStart + rowCount; row++) {
      target.put(values[slice][row]);
    }
  }

  Vector features(int slice, int row) {
    double[] features = new double[columns()];
    for (int column = 0; column < features.length; column++) {
      features[column] = values[slice][row][column];
    }
    return Vectors.dense(features);
  }

  /** Rows in a random order, with ints for slices and rows. */
  List<Row> shuffled() {
    return shuffled(slice -> slice, row -> row, vector -> vector);
  }

  List<Row> shuffled(
      Function<Integer, Object> slices,
      Function<Integer, Object> ids,
      Function<Vector, Vector> vectors) {
    List<Row> rows = new ArrayList<>();
    for (int slice = 0; slice < depth(); slice++) {
      for (int row = 0; row < rows(); row++) {
        rows.add(
            RowFactory.create(
                slices.apply(slice), ids.apply(row), vectors.apply(features(slice, row))));
      }
    }
    Collections.shuffle(rows, new Random(1));
    return rows;
  }

  /** A data set of {@link #shuffled()} in {@code partitions} partitions. */
  Dataset<Row> dataset(SparkSession spark, int partitions) {
    return dataset(spark, shuffled(), DataTypes.IntegerType, DataTypes.IntegerType)
        .repartition(partitions);
  }

  static Dataset<Row> dataset(SparkSession spark, List<Row> rows, DataType slices, DataType ids) {
    return spark.createDataFrame(rows, schema(slices, ids, SQLDataTypes.VectorType()));
  }

  static StructType schema(DataType slices, DataType ids, DataType features) {
    return new StructType(
        new StructField[] {
          DataTypes.createStructField("slice", slices, true),
          DataTypes.createStructField("row", ids, true),
          DataTypes.createStructField("features", features, true)
        });
  }

  /** ‖X − M‖ / ‖X‖, where M is in the column {@code output}. */
  static double relativeError(Dataset<Row> transformed) {
    double differences = 0;
    double squares = 0;
    for (Row row : transformed.select("features", "output").collectAsList()) {
      double[] features = ((Vector) row.get(0)).toArray();
      double[] output = ((Vector) row.get(1)).toArray();
      for (int j = 0; j < features.length; j++) {
        differences += (features[j] - output[j]) * (features[j] - output[j]);
        squares += features[j] * features[j];
      }
    }
    return Math.sqrt(differences / squares);
  }
}

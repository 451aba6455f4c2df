package io.github.trawl.ml;

import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** One row of one slice as a data set holds it; a component is null where the data set has null. */
record TensorRow(String slice, Long row, Vector features) {
  /**
   * Selects the columns of slices, rows and features, in this order and with the types that {@link
   * #of} reads.
   */
  static Dataset<Row> select(Dataset<?> dataset, TensorParams params) {
    return dataset
        .toDF()
        .select(
            new Column[] {
              dataset.col(params.getSliceCol()).cast(DataTypes.StringType),
              dataset.col(params.getRowCol()).cast(DataTypes.LongType),
              dataset.col(params.getFeaturesCol())
            });
  }

  static TensorRow of(Row row) {
    return new TensorRow(
        row.getString(0), row.isNullAt(1) ? null : row.getLong(1), (Vector) row.get(2));
  }

  /** Returns what is null or not a finite float32, as text for an error; empty if nothing is. */
  Optional<String> fault() {
    if (slice == null) {
      return Optional.of("row %s has null as its slice".formatted(row));
    }
    if (row == null) {
      return Optional.of("slice '%s' has a row whose number is null".formatted(slice));
    }
    if (features == null) {
      return Optional.of(place() + " has null as its features");
    }
    double[] invalid = {0};
    features.foreachNonZero(
        (index, value) -> {
          // Negated, because every comparison with NaN is false.
          if (!(Math.abs((double) value) <= Float.MAX_VALUE)) {
            invalid[0] = (double) value;
          }
          return scala.runtime.BoxedUnit.UNIT;
        });
    return invalid[0] == 0
        ? Optional.empty()
        : Optional.of(
            "%s has the value %s, which is no finite float32".formatted(place(), invalid[0]));
  }

  private String place() {
    return "slice '%s', row %d".formatted(slice, row);
  }
}

package io.github.trawl.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Checks the columns that stages need, and defines those that they add. */
final class TensorSchema {
  private static final Set<DataType> WHOLE_NUMBERS =
      Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private TensorSchema() {}

  /**
   * Requires the columns of slices, rows and features.
   *
   * @throws IllegalArgumentException if one is absent or of another type
   */
  static void requireInput(StructType schema, TensorParams params) {
    requireIndexColumns(schema, params);
    requireFeatures(schema, params.uid(), params.getFeaturesCol());
  }

  /** Requires the columns of slices and rows. */
  static void requireIndexColumns(StructType schema, TensorParams params) {
    DataType slice = field(schema, params.uid(), params.getSliceCol()).dataType();
    if (!WHOLE_NUMBERS.contains(slice) && !slice.equals(DataTypes.StringType)) {
      throw wrongType(params.uid(), params.getSliceCol(), slice, "whole numbers or strings");
    }
    DataType row = field(schema, params.uid(), params.getRowCol()).dataType();
    if (!WHOLE_NUMBERS.contains(row)) {
      throw wrongType(params.uid(), params.getRowCol(), row, "whole numbers");
    }
    if (params.getSliceCol().equals(params.getRowCol())) {
      throw new IllegalArgumentException(
          "%s: sliceCol and rowCol are both '%s'; give two columns"
              .formatted(params.uid(), params.getRowCol()));
    }
  }

  /** Requires a column of vectors. */
  static void requireFeatures(StructType schema, String uid, String column) {
    DataType type = field(schema, uid, column).dataType();
    if (!type.equals(SQLDataTypes.VectorType())) {
      throw wrongType(uid, column, type, "vectors of MLlib, as VectorAssembler makes them");
    }
  }

  /**
   * Returns the schema with the columns that a model adds.
   *
   * @param width the length of the output vectors; −1 if it is not known yet
   * @param rank the length of the row factors; −1 if it is not known yet
   * @throws IllegalArgumentException if one of the columns exists already
   */
  static StructType withOutput(StructType schema, TensorParams params, int width, int rank) {
    List<StructField> fields = new ArrayList<>(Arrays.asList(schema.fields()));
    add(fields, params, params.getOutputCol(), width);
    add(fields, params, params.getFactorCol(), rank);
    return new StructType(fields.toArray(StructField[]::new));
  }

  private static void add(List<StructField> fields, TensorParams params, String column, int size) {
    if (column.isEmpty()) {
      return;
    }
    if (fields.stream().anyMatch(field -> field.name().equals(column))) {
      throw new IllegalArgumentException(
          "%s: output column '%s' is there already; choose another outputCol or factorCol"
              .formatted(params.uid(), column));
    }
    fields.add(vectorField(column, size));
  }

  /** Returns a column of vectors of length {@code size}; −1 if the length is not known. */
  static StructField vectorField(String column, int size) {
    AttributeGroup group = size < 0 ? new AttributeGroup(column) : new AttributeGroup(column, size);
    return DataTypes.createStructField(column, SQLDataTypes.VectorType(), true, group.toMetadata());
  }

  /** Whether the slices are numbers, to be sorted as such. */
  static boolean hasNumericSlices(StructType schema, TensorParams params) {
    return WHOLE_NUMBERS.contains(schema.apply(params.getSliceCol()).dataType());
  }

  private static StructField field(StructType schema, String uid, String column) {
    if (!Arrays.asList(schema.fieldNames()).contains(column)) {
      throw new IllegalArgumentException(
          "%s: there is no column '%s' among %s; set the parameter to one of these"
              .formatted(uid, column, Arrays.toString(schema.fieldNames())));
    }
    return schema.apply(column);
  }

  private static IllegalArgumentException wrongType(
      String uid, String column, DataType found, String wanted) {
    return new IllegalArgumentException(
        "%s: column '%s' is of type %s, and must hold %s"
            .formatted(uid, column, found.simpleString(), wanted));
  }
}

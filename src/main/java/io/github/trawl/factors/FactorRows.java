package io.github.trawl.factors;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Converts {@link FactorPart}s to rows of Arrow's record batches, and back. The columns of a batch
 * are {@code tensor} (int32, the index of the tensor in the file), {@code mode} (int8, the mode of
 * the part), {@code index} (int32, the index of the row in the part, from 0) and {@code factor} (a
 * list of float32, the values of the row).
 */
final class FactorRows {
  /** The most rows of a record batch. */
  private static final int MOST_ROWS = 8192;

  /**
   * The most values of a record batch, unless a single row has more: this bounds what a reader
   * holds.
   */
  private static final int MOST_VALUES = 1 << 20;

  private FactorRows() {}

  static Schema schema(Map<String, String> metadata) {
    Field value =
        new Field(
            "item",
            FieldType.notNullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            null);
    return new Schema(
        List.of(
            integer("tensor", Integer.SIZE),
            integer("mode", Byte.SIZE),
            integer("index", Integer.SIZE),
            new Field("factor", FieldType.notNullable(new ArrowType.List()), List.of(value))),
        metadata);
  }

  private static Field integer(String name, int bits) {
    return new Field(name, FieldType.notNullable(new ArrowType.Int(bits, true)), null);
  }

  /** The most rows of a record batch of {@code part}. */
  static int batchRows(FactorPart part) {
    return Math.max(1, Math.min(MOST_ROWS, MOST_VALUES / part.rank()));
  }

  /** The number of record batches that {@code parts} fill. */
  static int batches(List<FactorPart> parts) {
    return parts.stream()
        .mapToInt(part -> (part.length() + batchRows(part) - 1) / batchRows(part))
        .sum();
  }

  /**
   * Replaces what is in {@code root} by {@code count} rows of {@code part}, from row {@code start}
   * on.
   */
  static void fill(VectorSchemaRoot root, int tensor, FactorPart part, int start, int count) {
    root.getFieldVectors().forEach(FieldVector::reset);
    IntVector tensors = (IntVector) column(root, "tensor");
    TinyIntVector mode = (TinyIntVector) column(root, "mode");
    IntVector index = (IntVector) column(root, "index");
    ListVector factor = (ListVector) column(root, "factor");
    Float4Vector values = (Float4Vector) factor.getDataVector();
    int rank = part.rank();
    tensors.allocateNew(count);
    mode.allocateNew(count);
    index.allocateNew(count);
    factor.setInitialCapacity(count);
    factor.allocateNew();
    values.allocateNew(count * rank);
    for (int row = 0; row < count; row++) {
      tensors.set(row, tensor);
      mode.set(row, part.mode());
      index.set(row, start + row);
      factor.startNewValue(row);
      for (int r = 0; r < rank; r++) {
        values.set(row * rank + r, part.values()[(start + row) * rank + r]);
      }
      factor.endValue(row, rank);
    }
    values.setValueCount(count * rank);
    root.setRowCount(count);
  }

  /** Takes the rows of a tensor's parts in any order. */
  interface Target {
    /**
     * Takes a row.
     *
     * @param part the index of the part that the row belongs to
     * @param row the index of the row in the part
     * @param values hold the row from {@code start} on
     */
    void put(int part, int row, Float4Vector values, int start);
  }

  /**
   * Passes the rows of a record batch to {@code target}.
   *
   * @param tensor the index of the tensor that all rows must belong to
   * @param parts the sizes of the tensor's parts
   * @param filled gets the number of each row, counted from the first part's first row to the last
   *     part's last
   * @throws IllegalArgumentException if a row is not one of the tensor's
   */
  static void read(
      VectorSchemaRoot root,
      int tensor,
      List<FactorPart.Size> parts,
      BitSet filled,
      Target target) {
    IntVector tensors = (IntVector) column(root, "tensor");
    TinyIntVector mode = (TinyIntVector) column(root, "mode");
    IntVector index = (IntVector) column(root, "index");
    ListVector factor = (ListVector) column(root, "factor");
    Float4Vector values = (Float4Vector) factor.getDataVector();
    for (int row = 0; row < root.getRowCount(); row++) {
      int partIndex = indexOfPart(parts, mode.get(row));
      FactorPart.Size part = parts.get(partIndex);
      int start = factor.getElementStartIndex(row);
      if (tensors.get(row) != tensor
          || index.get(row) < 0
          || index.get(row) >= part.length()
          || factor.getElementEndIndex(row) - start != part.rank()) {
        throw new IllegalArgumentException(
            "row %d of mode %d and tensor %d does not fit tensor %d"
                .formatted(index.get(row), mode.get(row), tensors.get(row), tensor));
      }
      filled.set(
          parts.subList(0, partIndex).stream().mapToInt(FactorPart.Size::length).sum()
              + index.get(row));
      target.put(partIndex, index.get(row), values, start);
    }
  }

  private static FieldVector column(VectorSchemaRoot root, String name) {
    FieldVector column = root.getVector(name);
    if (column == null) {
      throw new IllegalArgumentException("no column '" + name + "'");
    }
    return column;
  }

  private static int indexOfPart(List<FactorPart.Size> parts, int mode) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).mode() == mode) {
        return i;
      }
    }
    throw new IllegalArgumentException("mode " + mode + " is not one of the tensor's");
  }
}

package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.spark.JavaSerialized;
import java.util.Arrays;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.api.java.UDF3;

/**
 * Computes an output column of a model from the slice, the row and, for a row that the model was
 * not fitted to, its features.
 */
final class RowFunction implements UDF3<String, Long, Vector, Vector> {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Broadcast<JavaSerialized<RowModel>> model;
  private final boolean reconstructs;
  private final boolean projects;

  /**
   * @param uid of the model, for messages
   * @param reconstructs whether the result is the reconstructed row rather than its factor
   * @param projects whether a row that the model was not fitted to is projected; otherwise its
   *     result is NaN
   */
  RowFunction(
      String uid,
      Broadcast<JavaSerialized<RowModel>> model,
      boolean reconstructs,
      boolean projects) {
    this.uid = uid;
    this.model = model;
    this.reconstructs = reconstructs;
    this.projects = projects;
  }

  @Override
  public Vector call(String label, Long id, Vector features) {
    RowModel rows = model.value().value();
    int slice = label == null ? -1 : rows.sliceIndex(label);
    int row = id == null ? -1 : rows.rowIndex(id);
    if (projects) {
      requireValid(rows, slice, row, label, id, features);
    } else if (slice < 0 || row < 0) {
      double[] unknown = new double[reconstructs ? rows.width() : rows.rank()];
      Arrays.fill(unknown, Double.NaN);
      return Vectors.dense(unknown);
    }
    double[] factor = row < 0 ? rows.project(slice, features) : rows.factor(row);
    return Vectors.dense(reconstructs ? rows.reconstruct(slice, factor) : factor);
  }

  private void requireValid(
      RowModel rows, int slice, int row, String label, Long id, Vector features) {
    if (slice < 0) {
      throw badInput(
          ("the model has no slice '%s' (row %s); leave its rows out, or set coldStartStrategy to"
                  + " 'nan' or 'drop'")
              .formatted(label, id));
    }
    if (row < 0 && (features == null || features.size() != rows.width())) {
      throw badInput(
          ("slice '%s', row %s: the model has not seen this row, and has no %d features to project"
                  + " it by; give them, or set coldStartStrategy to 'nan' or 'drop'")
              .formatted(label, id, rows.width()));
    }
  }

  private TrawlException badInput(String message) {
    return new TrawlException(ErrorCategory.BAD_INPUT, uid + ": " + message);
  }
}

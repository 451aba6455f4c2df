package io.github.trawl.ml;

import io.github.trawl.spark.JavaSerialized;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.api.java.UDF2;

/** Returns whether a model was fitted to a row of a slice, so that it has both ids. */
final class KnownRow implements UDF2<String, Long, Boolean> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<JavaSerialized<RowModel>> model;

  KnownRow(Broadcast<JavaSerialized<RowModel>> model) {
    this.model = model;
  }

  @Override
  public Boolean call(String label, Long id) {
    RowModel rows = model.value().value();
    return label != null && id != null && rows.sliceIndex(label) >= 0 && rows.rowIndex(id) >= 0;
  }
}

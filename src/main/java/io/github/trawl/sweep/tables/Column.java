package io.github.trawl.sweep.tables;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.Type;

/**
 * A column of a table.
 *
 * @param type its name and type
 * @param value returns the value of a row; null leaves the column empty
 * @param write puts a value that is not null into a row of the file
 */
record Column<T, V>(Type type, Function<T, V> value, BiConsumer<Group, V> write) {

  /** Puts the value of {@code row}, if it has one, into {@code group}. */
  void put(T row, Group group) {
    V found = value.apply(row);
    if (found != null) {
      write.accept(group, found);
    }
  }
}

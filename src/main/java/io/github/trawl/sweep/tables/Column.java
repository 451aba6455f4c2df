package io.github.trawl.sweep.tables;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.Type;

/**
 * A column of a table.
 *
 * @param type its name and type
 * @param value of a row; null where there is none
 * @param write puts a value that is there into a row of the file
 */
record Column<T, V>(Type type, Function<T, V> value, BiConsumer<Group, V> write) {

  /** Puts the value of {@code row} into {@code group}. */
  void put(T row, Group group) {
    V found = value.apply(row);
    if (found != null) {
      write.accept(group, found);
    }
  }
}

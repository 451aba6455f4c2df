package io.github.trawl.sweep.tables;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Collects the columns of a table in their order. A function that gives null leaves the column of
 * that row empty.
 */
final class Columns<T> {
  /** Parquet's name of the repeated group of a list column; {@link #ELEMENT} is the field in it. */
  private static final String LIST = "list";

  private static final String ELEMENT = "element";

  private final List<Column<T, ?>> columns = new ArrayList<>();

  Columns<T> text(String name, Function<T, String> value) {
    return add(
        Types.optional(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType()).named(name),
        value,
        (group, text) -> group.add(name, text));
  }

  Columns<T> integer(String name, Function<T, Integer> value) {
    return add(
        Types.optional(PrimitiveTypeName.INT32).named(name),
        value,
        (group, number) -> group.add(name, (int) number));
  }

  Columns<T> longInteger(String name, Function<T, Long> value) {
    return add(
        Types.optional(PrimitiveTypeName.INT64).named(name),
        value,
        (group, number) -> group.add(name, (long) number));
  }

  Columns<T> number(String name, Function<T, Double> value) {
    return add(
        Types.optional(PrimitiveTypeName.DOUBLE).named(name),
        value,
        (group, number) -> group.add(name, (double) number));
  }

  /** Adds a column of times in UTC, to the microsecond. */
  Columns<T> time(String name, Function<T, Instant> value) {
    return add(
        Types.optional(PrimitiveTypeName.INT64)
            .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
            .named(name),
        value,
        (group, time) -> group.add(name, ChronoUnit.MICROS.between(Instant.EPOCH, time)));
  }

  Columns<T> texts(String name, Function<T, List<String>> value) {
    return list(
        Types.required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named(ELEMENT),
        name,
        value,
        (entry, text) -> entry.add(ELEMENT, text));
  }

  Columns<T> integers(String name, Function<T, List<Integer>> value) {
    return list(
        Types.required(PrimitiveTypeName.INT32).named(ELEMENT),
        name,
        value,
        (entry, number) -> entry.add(ELEMENT, (int) number));
  }

  Columns<T> numbers(String name, Function<T, List<Double>> value) {
    return list(
        Types.required(PrimitiveTypeName.DOUBLE).named(ELEMENT),
        name,
        value,
        (entry, number) -> entry.add(ELEMENT, (double) number));
  }

  /** Returns the columns in the order in which they were added. */
  List<Column<T, ?>> all() {
    return List.copyOf(columns);
  }

  private <V> Columns<T> list(
      PrimitiveType element, String name, Function<T, List<V>> value, BiConsumer<Group, V> write) {
    return add(
        Types.optionalList().element(element).named(name),
        value,
        (group, values) -> {
          Group list = group.addGroup(name);
          values.forEach(each -> write.accept(list.addGroup(LIST), each));
        });
  }

  private <V> Columns<T> add(Type type, Function<T, V> value, BiConsumer<Group, V> write) {
    columns.add(new Column<>(type, value, write));
    return this;
  }
}

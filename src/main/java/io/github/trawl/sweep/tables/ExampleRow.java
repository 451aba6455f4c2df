package io.github.trawl.sweep.tables;

import java.util.Map;
import java.util.SortedSet;

/**
 * The answer of a contestant to an example.
 *
 * @param point the name of the contestant: the unmodified model, a point, a composition of points,
 *     or a control
 * @param block number of the block in which it was asked, from 0 among those of the task's split
 * @param index of the example in its task, from 0
 * @param measures of the answer, by name; without those that do not apply to it
 */
public record ExampleRow(
    String point,
    String task,
    String split,
    int block,
    int index,
    String prediction,
    Map<String, Double> measures) {

  /** Returns the table with a column for each of these measures. */
  public static Table<ExampleRow> table(SortedSet<String> measures) {
    Columns<ExampleRow> columns =
        new Columns<ExampleRow>()
            .text("point", ExampleRow::point)
            .text("task", ExampleRow::task)
            .text("split", ExampleRow::split)
            .integer("block", ExampleRow::block)
            .integer("index", ExampleRow::index)
            .text("prediction", ExampleRow::prediction);
    measures.forEach(name -> columns.number(name, row -> row.measures.get(name)));
    return new Table<>("examples", columns);
  }
}

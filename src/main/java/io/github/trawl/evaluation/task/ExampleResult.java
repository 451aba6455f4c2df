package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.SortedMap;

/**
 * The model's result on one example.
 *
 * @param index of the example
 * @param split VALIDATION or TEST
 * @param target the right answer, or the first right one
 * @param prediction the generated text, the filled masks or the chosen answer; empty for a task
 *     that scores whole texts
 * @param measures the values that {@link Metric}s aggregate, by their names
 * @param question the prompt and the choices
 */
public record ExampleResult(
    int index,
    Split split,
    String target,
    String prediction,
    SortedMap<String, Double> measures,
    AskedQuestion question)
    implements Serializable {
  static ExampleResult of(
      Example example, AskedQuestion asked, String prediction, SortedMap<String, Double> measures) {
    return new ExampleResult(
        example.index(), example.split(), example.target(), prediction, measures, asked);
  }
}

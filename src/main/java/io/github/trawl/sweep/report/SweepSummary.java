package io.github.trawl.sweep.report;

/**
 * What was swept.
 *
 * @param name of the sweep
 * @param model as the user named it
 * @param tasks what was asked, as a person reads it: {@code qa-wikidata}
 * @param metric what the sweep picks by
 * @param pairedTest what gives the p value of a single difference: {@code McNemar's exact test}
 * @param validationExamples how many rows choose, at least 1
 * @param testExamples how many rows report, at least 0
 * @param confidence of every interval: 0.95
 * @param planned how many points the grid has, plus the controls and composed edits that were
 *     tried; the unmodified model not counted
 * @param finished whether nothing is left to do; failed points may be left
 * @param written when the numbers were written, as a person reads it; may be blank
 */
public record SweepSummary(
    String name,
    String model,
    String tasks,
    Metric metric,
    String pairedTest,
    int validationExamples,
    int testExamples,
    double confidence,
    int planned,
    boolean finished,
    String written) {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a text is blank, a count negative or the confidence not in
   *     [0, 1]
   */
  public SweepSummary {
    Require.text("name", name);
    Require.text("model", model);
    Require.text("tasks", tasks);
    Require.text("pairedTest", pairedTest);
    Require.that(validationExamples > 0, validationExamples, " validation examples");
    Require.notNegative("testExamples", testExamples);
    Require.probability("confidence", confidence);
    Require.notNegative("planned", planned);
  }
}

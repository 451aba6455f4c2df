package io.github.trawl.sweep.report;

/**
 * What was swept, and how far the sweep has come.
 *
 * @param name of the sweep
 * @param model as the user named it
 * @param tasks names of the tasks, as a person reads them, such as {@code qa-wikidata}
 * @param metric by which the sweep chooses points
 * @param pairedTest the test that gives the p value of a single difference, such as {@code
 *     McNemar's exact test}
 * @param validationExamples number of examples by which points are chosen, at least 1
 * @param testExamples number of examples on which the chosen points are reported, at least 0
 * @param confidence of every interval, such as 0.95
 * @param plannedPoints how many points the grid has, plus the controls and composed edits that were
 *     tried, without the unmodified model
 * @param finished whether nothing is left to do; failed points may be left
 * @param writtenAt when the numbers were written, as a person reads it; may be blank
 */
public record SweepOverview(
    String name,
    String model,
    String tasks,
    SelectionMetric metric,
    String pairedTest,
    int validationExamples,
    int testExamples,
    double confidence,
    int plannedPoints,
    boolean finished,
    String writtenAt) {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a text that must not be blank is, a count is too small or
   *     the confidence is not in [0, 1]
   */
  public SweepOverview {
    Require.requireNotBlank("name", name);
    Require.requireNotBlank("model", model);
    Require.requireNotBlank("tasks", tasks);
    Require.requireNotBlank("pairedTest", pairedTest);
    Require.that(validationExamples > 0, validationExamples, " validation examples");
    Require.notNegative("testExamples", testExamples);
    Require.probability("confidence", confidence);
    Require.notNegative("planned", plannedPoints);
  }
}

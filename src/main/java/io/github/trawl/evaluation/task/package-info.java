/**
 * Tasks for language models, from the task file to the metrics.
 *
 * <p>A <em>row</em> is a record of a task's data. {@code ExampleBuilder} renders the rows that pass
 * the task's filters as <em>examples</em>; the first of these are the validation split, the others
 * the test split. A {@link io.github.trawl.evaluation.task.Scorer} turns an example into
 * <em>requests</em>, token sequences to score, and at most one <em>prompt</em>, a token sequence to
 * continue greedily; from the model's answers it computes the example's <em>measures</em>. A {@link
 * io.github.trawl.evaluation.task.Metric} aggregates a measure over the examples of a split.
 *
 * <p>"The harness" is lm-evaluation-harness, whose task files and definitions are followed, and
 * LASER is the method of arXiv:2312.13558 with its scripts (pratyushasharma/laser), which measure
 * some metrics in their own ways.
 */
package io.github.trawl.evaluation.task;

package io.github.trawl.evaluation.task;

/**
 * An average that a group of tasks asks for.
 *
 * @param metric the metric whose values for the tasks are averaged
 * @param weighted whether a task's weight is its number of examples, rather than 1
 */
record GroupAverage(Metric metric, boolean weighted) {}

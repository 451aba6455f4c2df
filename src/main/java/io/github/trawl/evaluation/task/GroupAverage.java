package io.github.trawl.evaluation.task;

/**
 * An average that a group of tasks asks for.
 *
 * @param metric of the tasks
 * @param weighted whether each task counts as often as it has examples, rather than once
 */
record GroupAverage(Metric metric, boolean weighted) {}

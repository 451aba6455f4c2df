package io.github.trawl.evaluation.task;

import java.io.Serializable;

/**
 * The value of a metric for a split, as a row of a table of results.
 *
 * @param split the examples from which it is computed
 * @param metric the metric
 * @param examples the number of examples
 * @param value the value
 * @param standardError its standard error; NaN where none is estimated
 * @param low the lower end of its 95 % interval (Wilson's for shares); NaN where there is none
 * @param high the upper end
 */
public record MetricValue(
    Split split,
    Metric metric,
    int examples,
    double value,
    double standardError,
    double low,
    double high)
    implements Serializable {}

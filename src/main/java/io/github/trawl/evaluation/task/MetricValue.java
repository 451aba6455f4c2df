package io.github.trawl.evaluation.task;

import java.io.Serializable;

/**
 * A metric of a split: a row of a table.
 *
 * @param split the examples
 * @param metric what was aggregated
 * @param examples how many
 * @param value the number
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

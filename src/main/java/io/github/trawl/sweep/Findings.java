package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.evaluation.task.MetricValue;
import java.util.List;
import java.util.Map;

/**
 * What a sweep has found so far, from which results and tables are written.
 *
 * @param analysis of the answers
 * @param progress how far the sweep has come
 * @param solves contents of the units of the solved batches, in the order of the grid
 * @param relativeErrors of the solved points, by name
 * @param metrics all metrics of the contestants that were asked all examples, by name
 */
record Findings(
    SweepAnalysis analysis,
    SweepProgress progress,
    Map<SolveBatch, JsonNode> solves,
    Map<String, Double> relativeErrors,
    Map<String, List<MetricValue>> metrics) {}

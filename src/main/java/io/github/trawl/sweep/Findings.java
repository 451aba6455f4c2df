package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.evaluation.task.MetricValue;
import java.util.List;
import java.util.Map;

/**
 * What a sweep has found so far: what results and tables are made of.
 *
 * @param analysis of the answers
 * @param progress how far the sweep has come
 * @param solves contents of the units of the batches that are solved, in the order of the grid
 * @param relativeErrors of the points that are solved
 * @param metrics all metrics of the contestants that were asked everything, by name
 */
record Findings(
    SweepAnalysis analysis,
    SweepProgress progress,
    Map<SolveBatch, JsonNode> solves,
    Map<String, Double> relativeErrors,
    Map<String, List<MetricValue>> metrics) {}

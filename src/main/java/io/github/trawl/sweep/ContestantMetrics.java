package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.task.AskedQuestion;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.evaluation.task.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Computes all metrics of a model that has answered all examples. */
final class ContestantMetrics {
  private final SweepDefinition definition;

  ContestantMetrics(SweepDefinition definition) {
    this.definition = definition;
  }

  /**
   * Returns the metrics of the first task, over all examples and over each split; none while the
   * answers to a block of the task are missing, since metrics over a part of the examples would
   * look like those over all. A metric is left out if an answer lacks the measure that it needs.
   *
   * @param units returns the content of the unit with the answers to a block; empty if they are
   *     missing
   */
  List<MetricValue> of(Function<ExampleBlock, Optional<ObjectNode>> units) {
    List<ExampleResult> results = new ArrayList<>();
    List<ExampleBlock> blocks = new ArrayList<>();
    definition.blocks().validationRounds().forEach(blocks::addAll);
    blocks.addAll(definition.blocks().testBlocks());
    for (ExampleBlock block : blocks) {
      if (block.task() == 0) {
        Optional<ObjectNode> answers = units.apply(block);
        if (answers.isEmpty()) {
          return List.of();
        }
        add(block, answers.get(), results);
      }
    }
    List<Metric> metrics =
        definition.reportedMetrics().stream()
            .filter(
                metric ->
                    results.stream().allMatch(result -> metric.isMeasuredBy(result.measures())))
            .toList();
    return Metrics.of(metrics, results);
  }

  /** Adds results without target and question, which no metric needs. */
  private static void add(ExampleBlock block, ObjectNode content, List<ExampleResult> results) {
    for (int i = 0; i < block.examples().length; i++) {
      results.add(
          new ExampleResult(
              block.examples()[i],
              block.split(),
              "",
              content.get("predictions").get(i).asText(),
              new TreeMap<>(ScoresContent.measures(content, i)),
              AskedQuestion.open("")));
    }
  }
}

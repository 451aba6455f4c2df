package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.task.Asked;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.evaluation.task.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** All metrics of a model over the examples that it has answered. */
final class ContestantMetrics {
  private final SweepDefinition definition;

  ContestantMetrics(SweepDefinition definition) {
    this.definition = definition;
  }

  /**
   * The metrics of the first task, for each split of which something was answered; none while a
   * block is missing in between.
   *
   * @param units the answers to a block; empty where there are none
   */
  List<MetricValue> of(Function<ExampleBlock, Optional<ObjectNode>> units) {
    List<ExampleResult> results = new ArrayList<>();
    List<ExampleBlock> blocks = new ArrayList<>();
    definition.blocks().validation().forEach(blocks::addAll);
    blocks.addAll(definition.blocks().test());
    for (ExampleBlock block : blocks) {
      if (block.task() == 0) {
        units.apply(block).ifPresent(content -> add(block, content, results));
      }
    }
    List<Metric> metrics =
        definition.reported().stream()
            .filter(
                metric ->
                    results.stream().allMatch(result -> metric.isMeasuredBy(result.measures())))
            .toList();
    return results.isEmpty() ? List.of() : Metrics.of(metrics, results);
  }

  private static void add(ExampleBlock block, ObjectNode content, List<ExampleResult> results) {
    for (int i = 0; i < block.examples().length; i++) {
      results.add(
          new ExampleResult(
              block.examples()[i],
              block.split(),
              "",
              content.get("predictions").get(i).asText(),
              new TreeMap<>(ScoresContent.measures(content, i)),
              Asked.open("")));
    }
  }
}

package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Version;
import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.plan.StackSelection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes {@code result.json}: all that a sweep has found, as a report and other programs read it.
 * If the sweep is complete and nothing has failed, nothing in it except {@code costs} depends on
 * when or how often it was interrupted.
 */
final class ResultJson {
  static final String FILE = "result.json";
  static final int FORMAT = 1;

  private final SweepDescription description;
  private final SweepDefinition definition;
  private final SweepAnalysis analysis;
  private final SweepProgress progress;
  private final Map<String, Double> relativeErrors;
  private final Map<String, List<String>> factors;
  private final Metric metric;

  /**
   * @param relativeErrors of the solved points, by name
   * @param factors of the solved points, by name: for each stack, in the order of the layers, the
   *     path of its factor file relative to the output, {@code #}, and the name of the
   *     decomposition
   */
  ResultJson(
      SweepDescription description,
      SweepDefinition definition,
      SweepAnalysis analysis,
      SweepProgress progress,
      Map<String, Double> relativeErrors,
      Map<String, List<String>> factors) {
    this.description = description;
    this.definition = definition;
    this.analysis = analysis;
    this.progress = progress;
    this.relativeErrors = relativeErrors;
    this.factors = factors;
    this.metric = definition.metrics().get(0);
  }

  /**
   * Returns the content.
   *
   * @param metricValues all metrics of the contestants that were asked all examples, by name
   * @param spectra of solved stacks, as {@code spectra} of the file holds them
   * @param costs by step, as {@link Costs#sums} gives them
   */
  ObjectNode content(
      Map<String, List<MetricValue>> metricValues,
      List<ObjectNode> spectra,
      List<ObjectNode> costs) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("format", FORMAT);
    root.put("state", progress.state().label());
    root.put("name", description.name());
    root.put("model", description.model());
    root.put("model_digest", description.modelDigest());
    ArrayNode tasks = root.putArray("tasks");
    definition.tasks().forEach(tasks::add);
    putHub(root.putArray("hub"));
    root.put("metric", metric.label());
    root.put("share", analysis.isShare());
    root.put("higher_is_better", analysis.isShare() || metric.higherIsBetter());
    root.put("confidence", SweepAnalysis.CONFIDENCE);
    root.put("validation_examples", definition.blocks().validationExamples());
    root.put("test_examples", definition.blocks().testExamples());
    root.put("planned", definition.grid().points().size());
    root.put("screening", definition.settings().screening().name().toLowerCase(Locale.ROOT));
    root.put("composition", definition.settings().composition().name().toLowerCase(Locale.ROOT));
    putUnmodified(root, metricValues);
    Optional<SweepAnalysis.Choice> choice = analysis.choice();
    choice.ifPresent(chosen -> putChoice(root.putObject("choice"), chosen));
    putPoints(root.putArray("points"), choice, metricValues);
    putComposed(root.putArray("composed"), metricValues);
    putControls(root.putArray("controls"));
    putFailed(root.putArray("failed"));
    putRace(root.putArray("race"));
    root.putArray("spectra").addAll(spectra);
    root.putArray("costs").addAll(costs);
    root.put("configuration", description.configuration());
    ObjectNode versions = root.putObject("versions");
    versions.put("trawl", Version.current());
    description.versions().forEach(versions::put);
    return root;
  }

  private void putHub(ArrayNode hub) {
    description
        .benchmarks()
        .forEach(
            (task, benchmark) -> {
              ObjectNode node =
                  hub.addObject()
                      .put("task", task)
                      .put("id", benchmark.dataset())
                      .put("task_id", benchmark.task());
              benchmark.revision().ifPresent(revision -> node.put("revision", revision));
            });
  }

  private void putUnmodified(ObjectNode root, Map<String, List<MetricValue>> metricValues) {
    analysis
        .value(Contestant.UNMODIFIED_ID, analysis.seenBlocks(Contestant.UNMODIFIED_ID))
        .ifPresent(
            validation -> {
              ObjectNode unmodified = root.putObject("unmodified");
              unmodified.set("validation", score(validation));
              analysis
                  .value(Contestant.UNMODIFIED_ID, definition.blocks().testBlocks())
                  .ifPresent(test -> unmodified.set("test", score(test)));
              putMetrics(unmodified, metricValues.get(Contestant.UNMODIFIED_ID));
            });
  }

  private void putChoice(ObjectNode node, SweepAnalysis.Choice choice) {
    node.put("best", choice.best());
    node.put("suggested", choice.suggested());
    ArrayNode equal = node.putArray("indistinguishable");
    choice.indistinguishable().forEach(equal::add);
    node.put(
        "candidates",
        definition.grid().points().stream()
            .filter(planned -> !progress.failed().containsKey(planned.point().id()))
            .count());
    node.put("family", choice.familyWiseP().size());
  }

  private void putPoints(
      ArrayNode points,
      Optional<SweepAnalysis.Choice> choice,
      Map<String, List<MetricValue>> metricValues) {
    for (PlannedPoint planned : definition.grid().points()) {
      String id = planned.point().id();
      Optional<SweepAnalysis.PairedComparison> validation =
          analysis.comparison(id, analysis.seenBlocks(id));
      if (validation.isEmpty() || progress.failed().containsKey(id)) {
        continue;
      }
      ObjectNode node = points.addObject();
      putEdit(node, planned);
      node.put("state", analysis.state(id).label());
      if (relativeErrors.containsKey(id)) {
        node.put("relative_error", relativeErrors.get(id));
      }
      if (factors.containsKey(id)) {
        factors.get(id).forEach(node.putArray("factors")::add);
      }
      node.set("validation", comparison(validation.get()));
      choice
          .map(chosen -> chosen.familyWiseP().get(id))
          .ifPresent(p -> node.put("family_wise_p", p));
      analysis
          .comparison(id, definition.blocks().testBlocks())
          .ifPresent(test -> node.set("test", comparison(test)));
      putMetrics(node, metricValues.get(id));
    }
  }

  /** Puts the steps of the composition, one after the other. */
  private void putComposed(ArrayNode composed, Map<String, List<MetricValue>> metricValues) {
    for (CompositionStep step : progress.composition()) {
      if (progress.failed().containsKey(step.id())) {
        continue;
      }
      ObjectNode node = composed.addObject().put("id", step.id());
      step.points().forEach(node.putArray("points")::add);
      node.put("state", analysis.state(step.id()).label());
      node.put("accepted", step.accepted());
      node.put("p", step.test().betterP());
      node.put("better", step.test().better());
      node.put("worse", step.test().worse());
      putScores(node, step.id());
      putMetrics(node, metricValues.get(step.id()));
    }
  }

  /** Puts the scores of the controls, those of a point one after the other. */
  private void putControls(ArrayNode controls) {
    definition
        .contestants(progress.composition())
        .filter(Contestant::isControl)
        .filter(control -> !progress.failed().containsKey(control.id()))
        .filter(
            control ->
                analysis.comparison(control.id(), analysis.seenBlocks(control.id())).isPresent())
        .forEach(
            control ->
                putScores(
                    controls
                        .addObject()
                        .put("id", control.id())
                        .put("point", Contestant.id(control.pointIds()))
                        .put("number", control.controlNumber()),
                    control.id()));
  }

  private void putScores(ObjectNode node, String id) {
    analysis
        .comparison(id, analysis.seenBlocks(id))
        .ifPresent(validation -> node.set("validation", comparison(validation)));
    analysis
        .comparison(id, definition.blocks().testBlocks())
        .ifPresent(test -> node.set("test", comparison(test)));
  }

  private static void putEdit(ObjectNode node, PlannedPoint planned) {
    Point point = planned.point();
    StackSelection selection = point.selection();
    node.put("id", point.id());
    node.put("strategy", selection.strategy().key());
    node.put("matrices", selection.matrices());
    node.put("layers", selection.layers());
    node.put("method", point.method().key());
    if (point.size() instanceof DecompositionSize.Rank rank) {
      node.put(rank.key(), rank.value());
    } else {
      node.put(point.size().key(), ((DecompositionSize.Ratio) point.size()).value());
    }
    node.put("seed", point.seed());
    IterationSettings settings = point.settings();
    node.put("max_iterations", settings.maxIterations());
    node.put("tolerance", settings.tolerance());
    node.put("start", settings.start().name().toLowerCase(Locale.ROOT));
    node.put("acceleration", settings.acceleration().name().toLowerCase(Locale.ROOT));
    ArrayNode layers = node.putArray("layer_numbers");
    planned.layers().forEach(layers::add);
    node.put("rank_of_stack", planned.rankOfStack());
  }

  private void putFailed(ArrayNode failed) {
    Set<String> points =
        definition.grid().points().stream()
            .map(planned -> planned.point().id())
            .collect(Collectors.toSet());
    progress.failed().values().stream()
        .sorted(Comparator.comparing(FailedContestant::contestant))
        .forEach(
            each -> {
              ObjectNode node =
                  failed
                      .addObject()
                      .put("id", each.contestant())
                      .put("step", each.step())
                      .put("attempts", each.attempts())
                      .put("reason", each.reason());
              if (!points.contains(each.contestant())) {
                node.put("extra", true);
              }
            });
  }

  private void putRace(ArrayNode race) {
    for (RaceRound round : progress.rounds()) {
      race.addObject()
          .put("examples", round.examples())
          .put("entered", round.entered().size())
          .put("survived", round.entered().size() - round.dropped().size());
    }
  }

  private static void putMetrics(ObjectNode node, List<MetricValue> values) {
    if (values == null) {
      return;
    }
    ArrayNode metricValues = node.putArray("metrics");
    for (MetricValue value : values) {
      if (Double.isFinite(value.value())) {
        metricValues
            .addObject()
            .put("metric", value.metric().label())
            .put("split", value.split().label())
            .put("value", value.value())
            .put("examples", value.examples())
            .put("share", value.metric().isShare());
      }
    }
  }

  private ObjectNode comparison(SweepAnalysis.PairedComparison compared) {
    ObjectNode node = score(compared.score());
    node.set("difference", score(compared.difference()));
    node.put("p", compared.test().twoSidedP());
    node.put("better", compared.test().better());
    node.put("worse", compared.test().worse());
    return node;
  }

  private ObjectNode score(SweepAnalysis.Value value) {
    SweepAnalysis.Value shown = analysis.withReportedSign(value);
    return JsonNodeFactory.instance
        .objectNode()
        .put("value", shown.value())
        .put("low", shown.low())
        .put("high", shown.high())
        .put("examples", shown.examples());
  }
}

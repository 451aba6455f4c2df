package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.spark.RunMetrics;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.Unit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writes what a sweep has found so far, and summarises it at the end. */
final class SweepResults {
  private final Path output;
  private final SweepDescription description;
  private final SweepDefinition definition;
  private final Ledger ledger;
  private final SweepKeys keys;
  private final Scoreboard board;
  private final SweepTables tables;
  private final Configuration hadoop;

  /**
   * The contents of solves' units that were read from the ledger. They never change, so each is
   * read once.
   */
  private final Map<SolveBatch, JsonNode> solves = new LinkedHashMap<>();

  SweepResults(
      Path output,
      SweepDescription description,
      SweepDefinition definition,
      Ledger ledger,
      SweepKeys keys,
      Scoreboard board,
      SweepTables tables,
      Configuration hadoop) {
    this.output = output;
    this.description = description;
    this.definition = definition;
    this.ledger = ledger;
    this.keys = keys;
    this.board = board;
    this.tables = tables;
    this.hadoop = hadoop;
  }

  /** Writes {@code result.json}, and the tables if they are due. */
  void write(SweepProgress progress) {
    Findings findings = findings(progress);
    write(content(findings));
    tables.writeIfDue(findings);
  }

  private void write(ObjectNode content) {
    JsonFile.write(new Path(output, ResultJson.FILE), content, hadoop);
  }

  /** Collects what was found, and updates the metrics of the run. */
  private Findings findings(SweepProgress progress) {
    Map<SolveBatch, JsonNode> solved = new LinkedHashMap<>();
    for (SolveBatch batch : definition.grid().batches()) {
      JsonNode content =
          solves.computeIfAbsent(
              batch, each -> ledger.find(keys.solve(each)).map(Unit::content).orElse(null));
      if (content != null) {
        solved.put(batch, content);
      }
    }
    Map<String, Double> errors = relativeErrors(solved);
    SweepAnalysis analysis = new SweepAnalysis(definition, board, progress, errors);
    updateRunMetrics(analysis);
    return new Findings(analysis, progress, solved, errors, metrics(progress));
  }

  private void updateRunMetrics(SweepAnalysis analysis) {
    Map<PointState, Integer> states = new EnumMap<>(PointState.class);
    for (PlannedPoint planned : definition.grid().points()) {
      states.merge(analysis.state(planned.point().id()), 1, Integer::sum);
    }
    RunMetrics.get()
        .points(
            definition.grid().points().size(),
            states.getOrDefault(PointState.COMPLETE, 0),
            states.getOrDefault(PointState.PRUNED, 0),
            states.getOrDefault(PointState.FAILED, 0));
  }

  private ObjectNode content(Findings findings) {
    List<ObjectNode> spectra = new ArrayList<>();
    findings.solves().forEach((batch, content) -> spectra.addAll(spectra(content)));
    return new ResultJson(
            description,
            definition,
            findings.analysis(),
            findings.progress(),
            findings.relativeErrors(),
            factors(findings.solves()))
        .content(findings.metrics(), spectra, Costs.sums(ledger));
  }

  /** Returns the relative error of each solved point: the mean over its stacks. */
  private Map<String, Double> relativeErrors(Map<SolveBatch, JsonNode> solves) {
    Map<String, Double> errors = new HashMap<>();
    for (PlannedPoint planned : definition.grid().points()) {
      if (solves.keySet().containsAll(planned.batches())) {
        String member = planned.point().memberName();
        errors.put(
            planned.point().id(),
            planned.batches().stream()
                .map(batch -> SolveContent.member(solves.get(batch), member))
                .mapToDouble(solved -> solved.get("relative_error").asDouble())
                .average()
                .orElseThrow());
      }
    }
    return errors;
  }

  /** Returns for each solved point where the factors of its stacks are. */
  private Map<String, List<String>> factors(Map<SolveBatch, JsonNode> solves) {
    Map<String, List<String>> factors = new HashMap<>();
    for (PlannedPoint planned : definition.grid().points()) {
      if (solves.keySet().containsAll(planned.batches())) {
        String member = "#" + planned.point().memberName();
        factors.put(
            planned.point().id(),
            planned.batches().stream()
                .map(batch -> SolveContent.file(solves.get(batch)) + member)
                .toList());
      }
    }
    return factors;
  }

  private static List<ObjectNode> spectra(JsonNode content) {
    List<ObjectNode> spectra = new ArrayList<>();
    for (JsonNode member : content.get("members")) {
      if (member.has("weights")) {
        ObjectNode spectrum = JsonNodeFactory.instance.objectNode();
        spectrum.put("stack", content.get("stack").asText());
        spectrum.put("method", content.get("method").asText());
        spectrum.put("rank", member.get("rank").asInt());
        spectrum.set("weights", member.get("weights"));
        spectra.add(spectrum);
      }
    }
    return spectra;
  }

  /**
   * Returns all metrics of the unmodified model, the tested points and the composition, by name; an
   * empty list for those that have not answered all examples yet.
   */
  private Map<String, List<MetricValue>> metrics(SweepProgress progress) {
    Map<String, List<MetricValue>> metrics = new HashMap<>();
    List<String> wanted = new ArrayList<>(List.of(Contestant.UNMODIFIED_ID));
    wanted.addAll(progress.tested());
    for (PlannedPoint point : definition.grid().points()) {
      if (wanted.contains(point.point().id())) {
        metrics.put(point.point().id(), metrics(Contestant.of(point)));
      }
    }
    List<String> composed = CompositionStep.composed(progress.composition());
    if (!composed.isEmpty()) {
      metrics.put(Contestant.id(composed), metrics(definition.composedContestant(composed)));
    }
    metrics.put(Contestant.UNMODIFIED_ID, metrics(Contestant.UNMODIFIED));
    return metrics;
  }

  private List<MetricValue> metrics(Contestant contestant) {
    return new ContestantMetrics(definition)
        .of(block -> ledger.find(keys.scores(contestant, block)).map(Unit::content));
  }

  /**
   * Writes all results and summarises them.
   *
   * @param end how the run ended
   * @param stopped why a stop rule ended the run; empty if none did
   * @param failures how many pieces of work failed in this run
   */
  SweepSummary summary(SweepProgress end, Optional<String> stopped, int failures) {
    Findings findings = findings(end);
    ObjectNode content = content(findings);
    write(content);
    tables.write(findings);
    ArrayNode failed = (ArrayNode) content.get("failed");
    Optional<String> incomplete =
        stopped
            .map(
                reason ->
                    Problems.show(output)
                        + ": the sweep stopped before its grid is complete ("
                        + reason
                        + "); run it again to go on")
            .or(
                () ->
                    failed.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                            "%s: %d models failed, the first is %s: %s; run again to try them again, up to --attempts %d times in all"
                                .formatted(
                                    Problems.show(output),
                                    failed.size(),
                                    failed.get(0).get("id").asText(),
                                    failed.get(0).get("reason").asText(),
                                    definition.settings().maxAttempts())));
    return new SweepSummary(
        new ResultText(content).text() + "\nresults: " + Problems.show(output) + "\n",
        SweepOutcome.of(content).afterRun(failures),
        incomplete);
  }
}

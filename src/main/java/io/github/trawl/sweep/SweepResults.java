package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writes what a sweep has found so far, and sums it up. */
final class SweepResults {
  private final SweepRequest request;
  private final SweepDescription description;
  private final SweepDefinition definition;
  private final Ledger ledger;
  private final SweepKeys keys;
  private final Scoreboard board;
  private final Configuration hadoop;

  SweepResults(
      SweepRequest request,
      SweepDescription description,
      SweepDefinition definition,
      Ledger ledger,
      SweepKeys keys,
      Scoreboard board,
      Configuration hadoop) {
    this.request = request;
    this.description = description;
    this.definition = definition;
    this.ledger = ledger;
    this.keys = keys;
    this.board = board;
    this.hadoop = hadoop;
  }

  /** Writes {@code result.json}. */
  void write(SweepProgress progress) {
    SmallFile.write(new Path(request.output(), ResultJson.FILE), content(progress), hadoop);
  }

  private ObjectNode content(SweepProgress progress) {
    Map<String, Double> errors = new HashMap<>();
    Map<String, List<String>> factors = new HashMap<>();
    List<ObjectNode> spectra = new ArrayList<>();
    readSolves(errors, factors, spectra);
    SweepAnalysis analysis = new SweepAnalysis(definition, board, progress, errors);
    return new ResultJson(description, definition, analysis, progress, errors, factors)
        .content(metrics(progress), spectra, Costs.sums(ledger));
  }

  /**
   * Collects the relative error of each point that is solved, the mean over its stacks, where its
   * factors lie, and the spectra of the solves.
   */
  private void readSolves(
      Map<String, Double> errors, Map<String, List<String>> factors, List<ObjectNode> spectra) {
    Map<SolveBatch, JsonNode> contents = new HashMap<>();
    for (SolveBatch batch : definition.grid().batches()) {
      ledger.find(keys.solve(batch)).ifPresent(unit -> contents.put(batch, unit.content()));
    }
    contents.forEach((batch, content) -> spectra.addAll(spectra(content)));
    for (PlannedPoint planned : definition.grid().points()) {
      if (contents.keySet().containsAll(planned.batches())) {
        errors.put(
            planned.point().id(),
            planned.batches().stream()
                .mapToDouble(batch -> error(contents.get(batch), planned.point().member()))
                .average()
                .orElseThrow());
        factors.put(
            planned.point().id(),
            planned.batches().stream()
                .map(
                    batch ->
                        contents.get(batch).get("file").asText() + "#" + planned.point().member())
                .toList());
      }
    }
  }

  private static double error(JsonNode content, String member) {
    for (JsonNode each : content.get("members")) {
      if (each.get("name").asText().equals(member)) {
        return each.get("relative_error").asDouble();
      }
    }
    throw new IllegalStateException("no " + member + " among the members of a solve");
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

  /** All metrics of the contestants that were asked all examples, by name. */
  private Map<String, List<MetricValue>> metrics(SweepProgress progress) {
    Map<String, List<MetricValue>> metrics = new HashMap<>();
    List<String> wanted = new ArrayList<>(List.of(Contestant.UNMODIFIED_ID));
    wanted.addAll(progress.tested());
    for (PlannedPoint point : definition.grid().points()) {
      if (wanted.contains(point.point().id())) {
        metrics.put(point.point().id(), metrics(Contestant.of(point)));
      }
    }
    metrics.put(Contestant.UNMODIFIED_ID, metrics(Contestant.UNMODIFIED));
    return metrics;
  }

  private List<MetricValue> metrics(Contestant contestant) {
    return new ContestantMetrics(definition)
        .of(block -> ledger.find(keys.scores(contestant, block)).map(Unit::content));
  }

  /** What the run found, for a person, and why it is not complete. */
  SweepSummary summary(SweepProgress end, Optional<String> stopped) {
    ObjectNode content = content(end);
    SmallFile.write(new Path(request.output(), ResultJson.FILE), content, hadoop);
    ArrayNode failed = (ArrayNode) content.get("failed");
    Optional<String> incomplete =
        stopped
            .map(
                reason ->
                    request.output()
                        + ": the sweep stopped before its grid is complete ("
                        + reason
                        + "); run it again to go on")
            .or(
                () ->
                    failed.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                            "%s: %d of %d points failed, the first is %s: %s; run again to try them again"
                                .formatted(
                                    request.output(),
                                    failed.size(),
                                    definition.grid().points().size(),
                                    failed.get(0).get("id").asText(),
                                    failed.get(0).get("reason").asText())));
    return new SweepSummary(
        new Answer(content).text() + "\nresults: " + request.output() + "\n", incomplete);
  }
}

package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.sweep.report.CostStep;
import io.github.trawl.sweep.report.Difference;
import io.github.trawl.sweep.report.Edit;
import io.github.trawl.sweep.report.EditKind;
import io.github.trawl.sweep.report.FailedPoint;
import io.github.trawl.sweep.report.OtherScore;
import io.github.trawl.sweep.report.PointState;
import io.github.trawl.sweep.report.RaceRoundCounts;
import io.github.trawl.sweep.report.ReportData;
import io.github.trawl.sweep.report.Score;
import io.github.trawl.sweep.report.Selection;
import io.github.trawl.sweep.report.SelectionMetric;
import io.github.trawl.sweep.report.Spectrum;
import io.github.trawl.sweep.report.SplitResult;
import io.github.trawl.sweep.report.SweepOverview;
import io.github.trawl.sweep.report.UnmodifiedResults;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads what a report shows from the {@code result.json} of a sweep. */
public final class ReportInput {
  /**
   * The keys of a point that may tell it from others of the same layers, matrices, method and rank.
   */
  private static final List<String> VARIANT_KEYS =
      List.of("strategy", "ratio", "max_iterations", "tolerance", "start", "acceleration");

  private final JsonNode result;
  private final Instant written;

  /** By method, those of {@link #VARIANT_KEYS} in which points differ that are alike otherwise. */
  private final Map<String, Set<String>> variantKeys;

  private ReportInput(JsonNode result, Instant written) {
    this.result = result;
    this.written = written;
    this.variantKeys = variantKeys(result.get("points"));
  }

  /**
   * Reads the results of the sweep in a directory, finished or not.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if there are none, or none that this
   *     version can read; of category {@code SYSTEM} if the storage fails
   */
  public static ReportData read(Path output, Configuration hadoop) {
    JsonNode result = ResultFile.read(output, hadoop);
    Path file = ResultFile.of(output);
    try {
      Instant written =
          Instant.ofEpochMilli(
              Storage.open(file, hadoop).getFileStatus(file).getModificationTime());
      return new ReportInput(result, written).data();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(file) + " can't be read (" + Problems.oneLine(e) + "); try again",
          e);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw ResultFile.damaged(output, e);
    }
  }

  private ReportData data() {
    List<io.github.trawl.sweep.report.Point> points = new ArrayList<>();
    Map<String, io.github.trawl.sweep.report.Point> byId = new HashMap<>();
    for (JsonNode node : result.get("points")) {
      io.github.trawl.sweep.report.Point point = point(node);
      points.add(point);
      byId.put(point.id(), point);
    }
    // Earlier versions wrote neither "composed" nor "controls".
    for (JsonNode node : result.path("composed")) {
      io.github.trawl.sweep.report.Point composed = composed(node, byId);
      points.add(composed);
      byId.put(composed.id(), composed);
    }
    for (JsonNode node : result.path("controls")) {
      points.add(control(node, byId.get(node.get("point").asText())));
    }
    List<FailedPoint> failed = new ArrayList<>();
    for (JsonNode each : result.get("failed")) {
      String id = each.get("id").asText();
      failed.add(
          new FailedPoint(
              id,
              id,
              each.get("step").asText(),
              each.get("attempts").asInt(),
              each.get("reason").asText()));
    }
    List<RaceRoundCounts> race = new ArrayList<>();
    for (JsonNode each : result.get("race")) {
      race.add(
          new RaceRoundCounts(
              each.get("examples").asInt(),
              each.get("entered").asInt(),
              each.get("survived").asInt()));
    }
    List<CostStep> costs = new ArrayList<>();
    for (JsonNode each : result.get("costs")) {
      costs.add(
          new CostStep(
              each.get("step").asText(),
              each.get("units").asInt(),
              each.get("seconds").asDouble(),
              bytes(each.get("bytes_read")),
              bytes(each.get("bytes_written"))));
    }
    Map<String, String> versions = new LinkedHashMap<>();
    result
        .get("versions")
        .properties()
        .forEach(entry -> versions.put(entry.getKey(), entry.getValue().asText()));
    versions.put("model digest", result.get("model_digest").asText());
    boolean raced = result.get("screening").asText().equals("race");
    return new ReportData(
        summary(),
        unmodified(),
        selection(),
        points,
        failed,
        spectra(),
        raced ? race : List.of(),
        costs,
        result.get("configuration").asText(),
        versions);
  }

  private SweepOverview summary() {
    boolean share = result.get("share").asBoolean();
    List<String> tasks = new ArrayList<>();
    result.get("tasks").forEach(task -> tasks.add(task.asText()));
    return new SweepOverview(
        result.get("name").asText(),
        result.get("model").asText(),
        String.join(", ", tasks),
        new SelectionMetric(
            result.get("metric").asText(), share, result.get("higher_is_better").asBoolean()),
        share ? "McNemar's exact test" : "Wilcoxon's signed-rank test",
        result.get("validation_examples").asInt(),
        result.get("test_examples").asInt(),
        result.get("confidence").asDouble(),
        planned(),
        SweepState.isOver(result.get("state").asText()),
        written.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private Optional<UnmodifiedResults> unmodified() {
    JsonNode node = result.get("unmodified");
    return node == null
        ? Optional.empty()
        : Optional.of(
            new UnmodifiedResults(
                score(node.get("validation")),
                Optional.ofNullable(node.get("test")).map(ReportInput::score),
                others(node)));
  }

  private Optional<Selection> selection() {
    JsonNode choice = result.get("choice");
    if (choice == null) {
      return Optional.empty();
    }
    Set<String> equal = new LinkedHashSet<>();
    choice.get("indistinguishable").forEach(id -> equal.add(id.asText()));
    return Optional.of(
        new Selection(
            choice.get("best").asText(),
            Optional.of(choice.get("suggested").asText()),
            equal,
            choice.get("candidates").asInt(),
            choice.get("family").asInt()));
  }

  private static Map<String, Set<String>> variantKeys(JsonNode points) {
    Map<List<String>, JsonNode> firsts = new HashMap<>();
    Map<String, Set<String>> keys = new HashMap<>();
    for (JsonNode point : points) {
      String method = point.get("method").asText();
      List<String> edit =
          List.of(
              method,
              point.get("matrices").asText(),
              point.get("layer_numbers").toString(),
              point.get("rank_of_stack").asText());
      JsonNode first = firsts.computeIfAbsent(edit, any -> point);
      for (String key : VARIANT_KEYS) {
        if (!variant(point, key).equals(variant(first, key))) {
          keys.computeIfAbsent(method, any -> new HashSet<>()).add(key);
        }
      }
    }
    return keys;
  }

  private static String variant(JsonNode point, String key) {
    // A ratio that gives this rank in the first stack may give another one in the next.
    return key.equals("ratio")
        ? point.has(key) ? "by ratio" : "by rank"
        : key.replace('_', '-') + " " + point.path(key).asText();
  }

  private String variant(JsonNode point) {
    Set<String> keys = variantKeys.getOrDefault(point.get("method").asText(), Set.of());
    return VARIANT_KEYS.stream()
        .filter(keys::contains)
        .map(key -> variant(point, key))
        .collect(Collectors.joining(", "));
  }

  private io.github.trawl.sweep.report.Point point(JsonNode node) {
    List<Integer> layers = new ArrayList<>();
    node.get("layer_numbers").forEach(layer -> layers.add(layer.asInt()));
    String method = node.get("method").asText();
    Edit edit =
        new Edit(
            method.equals("svd") ? EditKind.LASER : EditKind.TRAWL,
            layers,
            node.get("matrices").asText(),
            method,
            variant(node),
            OptionalInt.of(node.get("rank_of_stack").asInt()),
            method.equals("cp")
                ? OptionalLong.of(node.get("seed").asLong())
                : OptionalLong.empty());
    return new io.github.trawl.sweep.report.Point(
        node.get("id").asText(),
        node.get("id").asText(),
        edit,
        switch (node.get("state").asText()) {
          case "complete" -> PointState.COMPLETE;
          case "pruned" -> PointState.PRUNED;
          default -> PointState.PARTIAL;
        },
        optional(node.get("relative_error")),
        measured(node.get("validation")),
        optional(node.get("family_wise_p")),
        Optional.ofNullable(node.get("test")).map(ReportInput::measured),
        others(node));
  }

  private io.github.trawl.sweep.report.Point composed(
      JsonNode node, Map<String, io.github.trawl.sweep.report.Point> byId) {
    List<Edit> parts = new ArrayList<>();
    node.get("points").forEach(id -> parts.add(byId.get(id.asText()).edit()));
    return extra(
        node,
        new Edit(
            EditKind.COMPOSED,
            parts.stream().flatMap(part -> part.layers().stream()).distinct().sorted().toList(),
            distinct(parts, Edit::matrices),
            distinct(parts, Edit::method),
            "",
            OptionalInt.empty(),
            OptionalLong.empty()),
        OptionalDouble.empty());
  }

  private static String distinct(List<Edit> parts, Function<Edit, String> part) {
    return parts.stream().map(part).distinct().sorted().collect(Collectors.joining("+"));
  }

  private io.github.trawl.sweep.report.Point control(
      JsonNode node, io.github.trawl.sweep.report.Point of) {
    Edit edit = of.edit();
    return extra(
        node,
        new Edit(
            EditKind.CONTROL,
            edit.layers(),
            edit.matrices(),
            edit.method(),
            edit.variant(),
            edit.rank(),
            OptionalLong.of(node.get("number").asLong())),
        of.relativeError());
  }

  /** Returns a composition or a control; p values are adjusted for points of the grid only. */
  private io.github.trawl.sweep.report.Point extra(
      JsonNode node, Edit edit, OptionalDouble relativeError) {
    SplitResult validation = measured(node.get("validation"));
    return new io.github.trawl.sweep.report.Point(
        node.get("id").asText(),
        node.get("id").asText(),
        edit,
        validation.score().examples() == result.get("validation_examples").asInt()
            ? PointState.COMPLETE
            : PointState.PARTIAL,
        relativeError,
        validation,
        OptionalDouble.empty(),
        Optional.ofNullable(node.get("test")).map(ReportInput::measured),
        others(node));
  }

  /** Returns how many points the grid has and how many controls and compositions were tried. */
  private int planned() {
    int planned =
        result.get("planned").asInt()
            + result.path("controls").size()
            + result.path("composed").size();
    for (JsonNode failed : result.get("failed")) {
      planned += failed.path("extra").asBoolean() ? 1 : 0;
    }
    return planned;
  }

  private List<Spectrum> spectra() {
    List<Spectrum> spectra = new ArrayList<>();
    for (JsonNode node : result.get("spectra")) {
      List<Double> values = new ArrayList<>();
      node.get("weights").forEach(value -> values.add(Math.abs(value.asDouble())));
      values.sort(Comparator.reverseOrder());
      if (!values.isEmpty()) {
        spectra.add(
            new Spectrum(
                node.get("stack").asText(),
                node.get("method").asText(),
                node.get("rank").asInt(),
                quantity(node.get("method").asText()),
                values));
      }
    }
    return spectra;
  }

  /** Returns what {@link io.github.trawl.tensor.LowRankTensor#spectrum} holds for a method. */
  private static String quantity(String method) {
    return switch (method) {
      case "svd" -> "singular values";
      case "tucker" -> "norms of core slices";
      default -> "component weights";
    };
  }

  private static List<OtherScore> others(JsonNode node) {
    List<OtherScore> others = new ArrayList<>();
    if (node.has("metrics")) {
      for (JsonNode each : node.get("metrics")) {
        others.add(
            new OtherScore(
                each.get("split").asText() + " " + each.get("metric").asText(),
                each.get("value").asDouble(),
                each.get("share").asBoolean(),
                each.get("examples").asInt()));
      }
    }
    return others;
  }

  private static SplitResult measured(JsonNode node) {
    JsonNode difference = node.get("difference");
    return new SplitResult(
        score(node),
        new Difference(
            difference.get("value").asDouble(),
            difference.get("low").asDouble(),
            difference.get("high").asDouble(),
            node.get("p").asDouble(),
            difference.get("examples").asInt()));
  }

  private static Score score(JsonNode node) {
    return new Score(
        node.get("value").asDouble(),
        node.get("low").asDouble(),
        node.get("high").asDouble(),
        node.get("examples").asInt());
  }

  private static OptionalDouble optional(JsonNode node) {
    return node == null ? OptionalDouble.empty() : OptionalDouble.of(node.asDouble());
  }

  /** Returns a number of bytes; empty for 0, which stands for bytes that were not counted. */
  private static OptionalLong bytes(JsonNode node) {
    return node.asLong() == 0 ? OptionalLong.empty() : OptionalLong.of(node.asLong());
  }
}

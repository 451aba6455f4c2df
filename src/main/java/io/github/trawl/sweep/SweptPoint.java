package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Credentials;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.MethodOption;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A point of a sweep, or a composition of several points, as in the sweep's {@code result.json}:
 * the edits, where their factors are, and the scores.
 */
public final class SweptPoint {
  /** The name that stands for the mildest point within one standard error of the best. */
  public static final String SUGGESTED = "suggested";

  /** The name that stands for the outcome of the greedy composition. */
  public static final String COMPOSED = "composed";

  private final Path sweep;
  private final JsonNode result;
  private final JsonNode point;
  private final List<Part> parts;

  private SweptPoint(Path sweep, JsonNode result, JsonNode point, List<Part> parts) {
    this.sweep = sweep;
    this.result = result;
    this.point = point;
    this.parts = List.copyOf(parts);
  }

  /**
   * The edit of a point of the grid.
   *
   * @param selection which matrices it replaces
   * @param options how these were decomposed, with one size and one seed
   * @param factors of its stacks, in the order of the layers
   */
  public record Part(
      StackSelection selection, DecompositionOptions options, List<Factors> factors) {
    /** Copies the list. */
    public Part {
      factors = List.copyOf(factors);
    }

    private static Part of(Path sweep, JsonNode point) {
      List<Factors> factors = new ArrayList<>();
      for (JsonNode location : point.path("factors")) {
        factors.add(Factors.of(sweep, location.asText()));
      }
      return new Part(
          new StackSelection(
              Strategy.valueOf(upper(point.required("strategy").asText())),
              point.required("matrices").asText(),
              point.required("layers").asText()),
          SweptPoint.options(point),
          factors);
    }

    private Map<String, Object> recipe() {
      Map<String, Object> recipe = new LinkedHashMap<>();
      recipe.put("strategy", selection.strategy().key());
      recipe.put("matrices", selection.matrices());
      recipe.put("layers", selection.layers());
      recipe.put("method", options.method().key());
      if (options.ratios().isEmpty()) {
        recipe.put(MethodOption.RANK.key(), options.ranks().get(0));
      } else {
        recipe.put(MethodOption.RATIO.key(), options.ratios().get(0));
      }
      put(recipe, MethodOption.SEED, options.seeds().get(0));
      put(recipe, MethodOption.START, lower(options.start()));
      put(recipe, MethodOption.ACCELERATION, lower(options.acceleration()));
      put(recipe, MethodOption.MAX_ITERATIONS, options.maxIterations());
      put(recipe, MethodOption.TOLERANCE, options.tolerance());
      return recipe;
    }

    private void put(Map<String, Object> recipe, MethodOption option, Object value) {
      if (options.method().options().contains(option)) {
        recipe.put(option.key(), value);
      }
    }
  }

  /**
   * One decomposition of a stack.
   *
   * @param file the factor file that holds it and perhaps others
   * @param member its name in that file
   */
  public record Factors(Path file, String member) {
    private static Factors of(Path sweep, String location) {
      int mark = location.lastIndexOf('#');
      if (mark < 0) {
        throw new IllegalArgumentException("factors " + location);
      }
      return new Factors(
          new Path(sweep, location.substring(0, mark)), location.substring(mark + 1));
    }
  }

  /**
   * Finds a point in the results of a sweep.
   *
   * @param wanted the point's name, {@link #SUGGESTED}, or {@link #COMPOSED}; if empty, the point
   *     that is best on validation
   * @throws TrawlException of category {@code BAD_INPUT} if there are no results, the point failed,
   *     its factors are not recorded, or no choice was made yet; of category {@code USAGE} if no
   *     point of this name was measured; of category {@code SYSTEM} if the storage fails
   */
  public static SweptPoint read(Path sweep, Optional<String> wanted, Configuration hadoop) {
    JsonNode result = ResultFile.read(sweep, hadoop);
    try {
      if (wanted.filter(COMPOSED::equals).isPresent()) {
        return composed(sweep, result);
      }
      JsonNode point = find(sweep, result, id(sweep, result, wanted));
      return new SweptPoint(sweep, result, point, List.of(part(sweep, point)));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw ResultFile.damaged(sweep, e);
    }
  }

  private static SweptPoint composed(Path sweep, JsonNode result) {
    JsonNode last = null;
    for (JsonNode step : result.path("composed")) {
      last = step.required("accepted").asBoolean() ? step : last;
    }
    if (last == null) {
      throw bad(Problems.show(sweep) + " " + withoutComposition(result));
    }
    List<Part> parts = new ArrayList<>();
    last.required("points").forEach(id -> parts.add(part(sweep, find(sweep, result, id.asText()))));
    return new SweptPoint(sweep, result, last, parts);
  }

  private static String withoutComposition(JsonNode result) {
    boolean greedy = result.path("composition").asText().equals("greedy");
    String state = result.required("state").asText();
    // There are also no steps if every addition dropped out.
    if (!result.path("composed").isEmpty() || (greedy && SweepState.isOver(state))) {
      return "found no point that improves the best one; leave --point out";
    }
    return greedy
        ? "has not put points together yet (it is %s); run the sweep to its end".formatted(state)
        : "has put no points together; run the sweep again with --compose greedy";
  }

  private static Part part(Path sweep, JsonNode point) {
    Part part = Part.of(sweep, point);
    if (part.factors().isEmpty()) {
      throw bad(
          Problems.show(ResultFile.of(sweep))
              + " does not say where the factors of "
              + point.required("id").asText()
              + " lie, since an earlier version of Trawl wrote it; run the sweep again, which adds them");
    }
    return part;
  }

  private static String id(Path sweep, JsonNode result, Optional<String> wanted) {
    boolean suggested = wanted.filter(SUGGESTED::equals).isPresent();
    if (wanted.isPresent() && !suggested) {
      return wanted.get();
    }
    JsonNode choice = result.path("choice");
    if (choice.isMissingNode()) {
      throw bad(
          "%s has not chosen a point yet (it is %s, with %d of %d points measured); run the sweep to its end, or name one of them by --point"
              .formatted(
                  Problems.show(sweep),
                  result.required("state").asText(),
                  result.required("points").size(),
                  result.required("planned").asInt()));
    }
    return choice.required(suggested ? SUGGESTED : "best").asText();
  }

  private static JsonNode find(Path sweep, JsonNode result, String id) {
    List<String> known = new ArrayList<>();
    for (JsonNode failed : result.required("failed")) {
      if (failed.required("id").asText().equals(id)) {
        throw bad(
            "point %s of %s failed (%s); run the sweep again to try it once more, or name another point"
                .formatted(id, Problems.show(sweep), failed.path("reason").asText()));
      }
    }
    for (JsonNode point : result.required("points")) {
      String each = point.required("id").asText();
      if (each.equals(id)) {
        return point;
      }
      known.add(each);
    }
    throw new TrawlException(
        ErrorCategory.USAGE,
        "--point: %s has measured no point %s; the nearest of %d are %s"
            .formatted(
                Problems.show(sweep),
                id,
                known.size(),
                String.join(", ", NearestNames.of(id, known))));
  }

  private static DecompositionOptions options(JsonNode point) {
    DecompositionMethod method =
        DecompositionMethods.find(point.required("method").asText())
            .orElseThrow(() -> new IllegalArgumentException("method " + point.get("method")));
    DecompositionSize size =
        point.has("ratio")
            ? new DecompositionSize.Ratio(point.get("ratio").asDouble())
            : new DecompositionSize.Rank(point.required("rank").asInt());
    return new IterationSettings(
            point.required("max_iterations").asInt(),
            point.required("tolerance").asDouble(),
            StartDistribution.valueOf(upper(point.required("start").asText())),
            Acceleration.valueOf(upper(point.required("acceleration").asText())))
        .options(method, List.of(size), List.of(point.required("seed").asLong()));
  }

  /** Returns its name. */
  public String id() {
    return text("id");
  }

  /** Returns the directory of the sweep. */
  public Path sweep() {
    return sweep;
  }

  /**
   * Returns the model, as the user of the sweep named it.
   *
   * @throws TrawlException of category {@code USAGE} if that held a secret, which results lack
   */
  public Path model() {
    String model = result.required("model").asText();
    if (Credentials.areHiddenIn(model)) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "%s does not say where its model lies, as that held credentials; give --model"
              .formatted(Problems.show(ResultFile.of(sweep))));
    }
    return new Path(model);
  }

  /** Returns the {@link io.github.trawl.checkpoint.ModelDigest} of the model. */
  public String modelDigest() {
    return result.required("model_digest").asText();
  }

  /** Returns its edits, which replace different matrices: several for a composition, else one. */
  public List<Part> parts() {
    return parts;
  }

  /** Returns whether it is a composition of several points. */
  public boolean isComposed() {
    return parts.size() > 1;
  }

  /**
   * Returns for each edit the flags of {@code trawl denoise}, by their names without dashes, that
   * solve it anew, without those that its method does not take.
   */
  public List<Map<String, Object>> recipes() {
    return parts.stream().map(Part::recipe).toList();
  }

  /** Returns the content of the sweep's {@code result.json}. */
  public JsonNode result() {
    return result;
  }

  /** Returns the part of {@link #result} on this point. */
  public JsonNode pointResult() {
    return point;
  }

  /**
   * Returns what is written beside a model that is made from it: which point of which sweep it is,
   * and what it scored.
   */
  public ObjectNode description() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", result.required("name").asText());
    node.put("model_digest", modelDigest());
    for (String key :
        List.of(
            "state",
            "tasks",
            "metric",
            "share",
            "higher_is_better",
            "confidence",
            "screening",
            "planned",
            "unmodified",
            "choice")) {
      if (result.has(key)) {
        node.set(key, result.get(key));
      }
    }
    node.set("point", point);
    return node;
  }

  private String text(String key) {
    return point.required(key).asText();
  }

  private static String upper(String key) {
    return key.toUpperCase(Locale.ROOT);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static TrawlException bad(String message) {
    return new TrawlException(ErrorCategory.BAD_INPUT, message);
  }
}

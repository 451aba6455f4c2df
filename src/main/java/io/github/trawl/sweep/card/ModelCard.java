package io.github.trawl.sweep.card;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The model card of a point of a sweep: a Markdown page that begins with metadata, as the Hugging
 * Face Hub reads it.
 *
 * @param name of the new model
 * @param baseModel the name of the unmodified model
 * @param metadata of the unmodified model's card, by its keys
 * @param baseCard the name of the file that holds the unmodified model's card, if it has one
 * @param sweep name of the sweep's directory
 * @param recipes for each edit the flags of {@code trawl denoise} that solve it anew, by their
 *     names without dashes
 * @param result content of the sweep's {@code result.json}
 * @param point the point in it
 */
public record ModelCard(
    String name,
    String baseModel,
    Map<String, Object> metadata,
    Optional<String> baseCard,
    String sweep,
    List<Map<String, Object>> recipes,
    JsonNode result,
    JsonNode point) {
  /** The metadata of the unmodified model that also hold for an edited one. */
  private static final List<String> INHERITED_METADATA =
      List.of(
          "license", "license_name", "license_link", "language", "library_name", "pipeline_tag");

  /** Returns the page. */
  public String text() {
    ScoreSection evidence = new ScoreSection(result, point);
    String id = point.required("id").asText();
    return """
        ---
        %s---
        # %s
        %s with matrices (%s) replaced by their low-rank approximations: point %s of a sweep by Trawl on Spark.

        ## What it scored
        %s on %s:

        %s
        %s P values are those of %s.

        ## Recipe
        ```yaml
        %s```

        ```
        trawl denoise --from-sweep %s --point %s --output %s
        ```

        writes exactly the factors that were measured. %s [trawl.json](trawl.json) lists every matrix that was replaced.
        %s"""
        .formatted(
            YamlText.of(frontMatter()),
            Markdown.code(name),
            Markdown.code(baseModel),
            Markdown.code(
                recipes.stream()
                    .map(recipe -> String.valueOf(recipe.get("matrices")))
                    .distinct()
                    .collect(Collectors.joining(","))),
            Markdown.code(id),
            Markdown.code(result.required("metric").asText()),
            tasks(),
            evidence.table(),
            evidence.sentences(),
            result.required("share").asBoolean()
                ? "McNemar's exact test"
                : "Wilcoxon's signed-rank test",
            recipes.stream().map(YamlText::of).collect(Collectors.joining("---\n")),
            Markdown.shellWord(sweep),
            Markdown.shellWord(recipes.size() > 1 ? "composed" : id),
            Markdown.shellWord(name),
            recipes.size() > 1
                ? "Runs of `trawl denoise --config FILE --model MODEL --output OUTPUT`, each with one of the recipes in FILE and the output of the run before as MODEL, compute them anew."
                : "`trawl denoise --config FILE --model MODEL --output OUTPUT` with the recipe in a file computes them anew.",
            baseCard
                .map(
                    file ->
                        "%n## The unmodified model%nIts card is kept as [%s](%s). What it says of scores does not hold here.%n"
                            .formatted(file, file))
                .orElse(""));
  }

  private Map<String, Object> frontMatter() {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("base_model", baseModel);
    entries.put("tags", List.of("trawl", "denoised"));
    for (String key : INHERITED_METADATA) {
      if (metadata.get(key) != null) {
        entries.put(key, metadata.get(key));
      }
    }
    return entries;
  }

  private String tasks() {
    StringBuilder names = new StringBuilder();
    for (JsonNode task : result.required("tasks")) {
      names.append(names.isEmpty() ? "" : ", ").append(Markdown.code(task.asText()));
    }
    return names.toString();
  }
}

package io.github.trawl.sweep.card;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.yaml.FrontMatter;
import io.github.trawl.yaml.InvalidYamlException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  private static final String HOSTILE = "</script> | `a` **b**: #1\n---\n# c";

  @Test
  void saysWhatThePointScoredAndHowSureThatIs() throws JsonProcessingException {
    String card = card("bert", result()).text();
    assertThat(card)
        .contains("| rows | unmodified | this model | difference (95 % interval) | p |")
        .contains("| 200 validation | 10.00 % | 15.00 % | +5.00 (+1.00 to +9.00) | 0.020 |")
        .contains("| 1,600 test | 11.00 % | 13.00 % | +2.00 (-0.50 to +4.50) | < 0.001 |")
        .contains("the best on validation of 40 edits that were tried")
        .contains("it makes no difference that could not be chance")
        .contains("Corrected for all 7 edits")
        .contains("is 0.250; 2 of them can't be told from the best")
        .contains("McNemar's exact test")
        .contains("trawl denoise --from-sweep mine --point layer-fc-1-cp-r2-s1 --output bert");
  }

  @Test
  void aPointThatLeftTheRaceStandsBesideTheModelOnTheSameRows() throws JsonProcessingException {
    ObjectNode result = result();
    ObjectNode point = (ObjectNode) result.get("points").get(0);
    point.put("state", "pruned").remove(List.of("test", "family_wise_p"));
    ((ObjectNode) point.get("validation")).put("examples", 64);
    ((ObjectNode) result.get("choice")).put("best", "other").put("suggested", "other");
    assertThat(card("bert", result).text())
        .contains("| 64 validation | 10.00 % | 15.00 % |")
        .contains("named by hand; of 40 edits that were tried `other` is the best on validation")
        .contains("It saw 64 of 200 validation rows")
        .contains("It was not measured on test rows")
        .doesNotContain("1,600 test", "Romano");
  }

  @Test
  void namesAreTextWhateverTheyHold() throws JsonProcessingException, InvalidYamlException {
    ObjectNode result = result();
    result.putArray("tasks").add(HOSTILE);
    String card = card(HOSTILE, result).text();
    assertThat(FrontMatter.of(card))
        .containsExactly(
            Map.entry("base_model", HOSTILE),
            Map.entry("tags", List.of("trawl", "denoised")),
            Map.entry("license", HOSTILE),
            Map.entry("language", List.of("no")));
    String body = card.substring(card.indexOf("\n---\n", 4) + 5);
    assertThat(body.lines().filter(line -> line.contains("</script>")))
        .as("within code, on one line")
        .isNotEmpty()
        .allMatch(line -> line.contains("`` </script>") || line.contains("--output '</script>"));
    assertThat(body.lines().filter(line -> line.equals("# c") || line.equals("---"))).isEmpty();
  }

  @Test
  void theHubGetsTheTestScoreOfATaskThatItKnows() throws JsonProcessingException {
    ObjectNode result = result();
    assertThat(new HubResults(result, result.get("points").get(0)).text()).isEmpty();
    result.putArray("hub").addObject().put("task", "words").put("id", "a/b").put("task_id", "c");
    assertThat(new HubResults(result, result.get("points").get(0)).text())
        .hasValue(
            """
            - dataset:
                id: a/b
                task_id: c
              value: 0.13
              notes: "accuracy on 1,600 examples that had no part in choosing this edit, by Trawl on Spark"
            """);
    result.putArray("tasks").add("words").add("others");
    assertThat(new HubResults(result, result.get("points").get(0)).text()).isEmpty();
  }

  private static ModelCard card(String name, ObjectNode result) {
    return new ModelCard(
        name,
        name,
        Map.of("license", name, "language", List.of("no"), "widget", "x"),
        Optional.empty(),
        "mine",
        List.of(Map.of("rank", 2)),
        result,
        result.get("points").get(0));
  }

  private static ObjectNode result() throws JsonProcessingException {
    return (ObjectNode)
        new ObjectMapper()
            .readTree(
                """
                {"tasks": ["words"], "metric": "accuracy", "share": true, "higher_is_better": true,
                 "confidence": 0.95, "validation_examples": 200, "planned": 41,
                 "unmodified": {"validation": {"value": 0.1, "examples": 200},
                                "test": {"value": 0.11, "examples": 1600}},
                 "choice": {"best": "layer-fc-1-cp-r2-s1", "suggested": "layer-fc-1-cp-r2-s1",
                            "indistinguishable": ["layer-fc-1-cp-r2-s1", "other"],
                            "candidates": 40, "family": 7},
                 "points": [
                   {"id": "layer-fc-1-cp-r2-s1", "matrices": "fc", "state": "complete",
                    "family_wise_p": 0.25,
                    "validation": {"value": 0.15, "examples": 200, "p": 0.02,
                      "difference": {"value": 0.05, "low": 0.01, "high": 0.09}},
                    "test": {"value": 0.13, "examples": 1600, "p": 0.0001,
                      "difference": {"value": 0.02, "low": -0.005, "high": 0.045}}}]}
                """);
  }
}

package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.evaluation.model.ModelKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class WorldFactsTest {
  private static final List<Map<String, Object>> ROWS = WorldFacts.rows();

  @Test
  void eighteenRelationsHaveEightyFiveFactsEach() {
    Map<Object, Integer> counts = new HashMap<>();
    ROWS.forEach(row -> counts.merge(row.get("relation"), 1, Integer::sum));
    assertThat(counts).hasSize(18).allSatisfy((relation, count) -> assertThat(count).isEqualTo(85));
  }

  @Test
  void everyPartIsBalanced() {
    for (int start = 0; start < ROWS.size(); start += 18) {
      Set<Object> relations = new HashSet<>();
      ROWS.subList(start, start + 18).forEach(row -> relations.add(row.get("relation")));
      assertThat(relations).hasSize(18);
    }
  }

  @Test
  void noPromptIsAskedTwice() {
    assertThat(ROWS).extracting(row -> row.get("prompt")).doesNotHaveDuplicates();
  }

  @Test
  void answersAreOneWordThatThePromptDoesNotGiveAway() {
    for (Map<String, Object> row : ROWS) {
      String prompt = (String) row.get("prompt");
      String answer = (String) row.get("answer");
      assertThat(answer).as(prompt).matches("[A-Za-z]+");
      assertThat(prompt).doesNotContain("{}", "\t", "  ").doesNotEndWith(" ");
      assertThat(prompt.toLowerCase(Locale.ROOT)).doesNotContain(answer.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void theOrderIsAlwaysTheSame() {
    assertThat(WorldFacts.rows()).isEqualTo(ROWS);
    assertThat(ROWS.get(0))
        .isEqualTo(
            Map.of("relation", "capital", "prompt", "The capital of Norway is", "answer", "Oslo"));
  }

  @Test
  void theTaskAsksBothKindsOfModels() {
    Task task = Task.load("world-facts", Optional.empty(), new Configuration());
    List<Example> examples = TaskRun.examples(task, Integer.MAX_VALUE, new LetterTokenizer(false));
    assertThat(examples).hasSize(1530);
    assertThat(examples.stream().filter(example -> example.split() == Split.VALIDATION))
        .hasSize(306);
    Example paris =
        examples.stream()
            .filter(example -> example.context().equals("The capital of France is"))
            .findFirst()
            .orElseThrow();
    assertThat(paris.target()).isEqualTo("Paris");
    assertThat(paris.masked()).isEqualTo("The capital of France is [MASK].");
    Scorer scorer =
        Scorer.of(task.definition().scoring(), ModelKind.CAUSAL, new LetterTokenizer(false), 500);
    assertThat(TaskQuestions.of(scorer, examples).prompts()).hasSize(1530);
  }
}

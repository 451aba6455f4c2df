package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.ModelKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups of tasks, compared with those that make_fewshot_golden.py got. */
class TaskGroupTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "fewshot", "golden.json");
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path directory;

  private static JsonNode golden() throws IOException {
    return new ObjectMapper().readTree(GOLDEN.toFile());
  }

  @BeforeEach
  void writeFiles() throws IOException {
    for (Map.Entry<String, JsonNode> file : golden().get("files").get(0).properties()) {
      Files.writeString(directory.resolve(file.getKey()), file.getValue().asText());
    }
    for (Map.Entry<String, JsonNode> rows : golden().get("rows").get(0).properties()) {
      StringBuilder lines = new StringBuilder();
      rows.getValue().forEach(row -> lines.append(row).append('\n'));
      Files.writeString(directory.resolve(rows.getKey() + ".jsonl"), lines);
    }
  }

  static Stream<JsonNode> groups() throws IOException {
    return StreamSupport.stream(golden().get("groups").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("groups")
  void resultsAreThoseOfTheHarness(JsonNode expected) throws IOException {
    String name = expected.get("name").asText();
    TaskList list = TaskList.read(List.of(directory.resolve(name + ".yaml").toString()), HADOOP);
    List<TaskResults> results = new ArrayList<>();
    List<TaskGroup> groups = list.groups(run(list, results));
    JsonNode ours =
        new ObjectMapper().readTree(ResultsFile.content(results, groups, Map.of("model", "m")));
    assertThat(ours.has("groups")).isEqualTo(expected.has("groups"));
    for (String section : List.of("group_subtasks", "higher_is_better")) {
      assertThat(ours.get(section)).as(section).isEqualTo(expected.get(section));
    }
    for (TaskGroup group : groups) {
      assertThat(ours.get("versions").get(group.name()).asText())
          .isEqualTo(expected.get("versions").get(group.name()).asText());
      for (String section : List.of("results", "groups")) {
        if (expected.has(section) && expected.get(section).has(group.name())) {
          assertHolds(ours.get(section).get(group.name()), expected.get(section).get(group.name()));
        }
      }
    }
    assertThat(ours.get("n-shot").get(groups.get(0).name()).intValue()).isZero();
  }

  private static void assertHolds(JsonNode ours, JsonNode theirs) {
    for (Map.Entry<String, JsonNode> entry : theirs.properties()) {
      JsonNode own = ours.get(entry.getKey());
      assertThat(own).as(entry.getKey()).isNotNull();
      if (entry.getValue().isObject()) {
        assertHolds(own, entry.getValue());
      } else if (entry.getValue().isNumber()) {
        assertThat(own.doubleValue())
            .as(entry.getKey())
            .isCloseTo(entry.getValue().doubleValue(), within(1e-12));
      } else {
        assertThat(own).as(entry.getKey()).isEqualTo(entry.getValue());
      }
    }
  }

  private static Map<String, TaskDefinition> run(TaskList list, List<TaskResults> results) {
    Map<String, TaskDefinition> definitions = new HashMap<>();
    for (String each : list.tasks()) {
      Task task = Task.load(each, Optional.empty(), HADOOP);
      definitions.put(each, task.definition());
      results.add(TaskResults.of(task, TaskRun.of(task, ModelKind.CAUSAL, 64).results()));
    }
    return definitions;
  }

  @Test
  void severalTasksHaveTheMeanOfWhatAllMeasure() {
    TaskList list =
        TaskList.read(
            List.of(
                directory.resolve("near.yaml").toString(),
                directory.resolve("odd.yaml").toString()),
            HADOOP);
    List<TaskResults> results = new ArrayList<>();
    run(list, results);
    TaskGroup all = TaskGroup.of(results.stream().map(TaskResults::definition).toList());
    assertThat(all.values(results)).extracting(MetricValue::metric).containsOnly(Metric.ACC);
    MetricValue first = results.get(0).values().get(0);
    MetricValue second = results.get(1).values().get(0);
    MetricValue mean = all.values(results).get(0);
    assertThat(mean.examples()).isEqualTo(10);
    assertThat(mean.value()).isEqualTo((first.value() + second.value()) / 2);
    assertThat(mean.standardError())
        .isCloseTo(Math.hypot(first.standardError(), second.standardError()) / 2, within(1e-15));
    assertThat(mean.high()).isCloseTo(mean.value() + 1.959964 * mean.standardError(), within(1e-6));
  }

  /** Of the three tasks one has acc_bytes in the place of acc_norm, and two examples. */
  @Test
  void theMetricsThatFewerTasksHaveAreCounted() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("three.yaml"),
            "{group: three, task: [near, far, odd],"
                + " aggregate_metric_list: [{metric: acc}, {metric: acc_norm}, {metric: acc_bytes}]}");
    TaskList list = TaskList.read(List.of(file.toString()), HADOOP);
    List<TaskResults> results = new ArrayList<>();
    Map<String, TaskDefinition> definitions = run(list, results);
    assertThat(list.groups(definitions).get(0).ofFewer(results))
        .isEqualTo(Map.of("acc_norm", 2, "acc_bytes", 1, "validation acc", 2));
  }

  /** A task of few examples has none for validation, by which candidates are compared. */
  @Test
  void theAveragesOfSplitsThatFewerTasksHaveAreCounted() throws IOException {
    Path near = directory.resolve("near.yaml");
    Path whole =
        Files.writeString(
            directory.resolve("whole.yaml"),
            Files.readString(near).replace("task: near", "task: whole")
                + "\nvalidation_fraction: 0\n");
    TaskList list = TaskList.read(List.of(near.toString(), whole.toString()), HADOOP);
    List<TaskResults> results = new ArrayList<>();
    run(list, results);
    TaskGroup all = TaskGroup.of(results.stream().map(TaskResults::definition).toList());
    Map<String, Integer> fewer = all.ofFewer(results);
    assertThat(fewer)
        .hasSize((int) all.values(results).stream().filter(v -> v.split() == Split.ALL).count());
    assertThat(fewer).containsEntry("validation acc", 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "{group: g} => key 'task' must be a list of the tasks",
        "{group: g, task: near} => key 'task' must be a list of the tasks",
        "{group: g, task: [{task: near, num_fewshot: 2}]} => key 'task' must be a text or a list of texts",
        "{group: g, task: [near], num_fewshot: 2} => key 'num_fewshot' is not supported; known are aggregate_metric_list",
        "{group: g, task: [near], aggregate_metric_list: [acc]} => key 'aggregate_metric_list' holds acc, which has no key metric",
        "{group: g, task: [near], aggregate_metric_list: [{metric: f1}]} => key 'aggregate_metric_list.metric' is 'f1', not one of accuracy, ",
        "{group: g, task: [near], aggregate_metric_list: [{metric: acc, aggregation: max}]} => key 'aggregate_metric_list.aggregation' can only be mean",
        "{group: g, task: [near], aggregate_metric_list: [{metric: acc, filter_list: strict}]} => key 'aggregate_metric_list.filter_list' can only be none",
        "{group: g, task: [near], aggregate_metric_list: [{metric: acc, weight_by_size: 1}]} => key 'aggregate_metric_list.weight_by_size' must be true or false",
        "{group: g, task: [near], aggregate_metric_list: [{metric: acc}, {metric: acc, weight_by_size: false}]} => key 'aggregate_metric_list' holds acc twice; leave one out"
      })
  void aWrongKeyIsNamedOnOneLine(String content, String message) throws IOException {
    Path file = Files.writeString(directory.resolve("wrong.yaml"), content);
    refuses(List.of(file.toString()), "task file " + file + ": " + message);
  }

  @Test
  void groupsThatDoNotFitAreNamed() throws IOException {
    String inner = directory.resolve("inner.yaml").toString();
    refuses(List.of(inner, directory.resolve("far.yaml").toString()), "task " + directory);
    String twice = "task " + directory.resolve("near.yaml") + " is named twice";
    for (String members : List.of("near, near", "near.yaml, ./near", "inner, near")) {
      Path again =
          Files.writeString(
              directory.resolve("again.yaml"), "{group: again, task: [%s]}".formatted(members));
      refuses(List.of(again.toString()), twice);
    }
    Files.writeString(directory.resolve("other.yaml"), "{group: other, task: [near]}");
    Path both = Files.writeString(directory.resolve("b.yaml"), "{group: b, task: [inner, other]}");
    refuses(List.of(both.toString()), twice);
    Path own = Files.writeString(directory.resolve("own.yaml"), "{group: own, task: [near, own]}");
    refuses(List.of(own.toString()), "group file " + own + " contains itself");
    Path gone = Files.writeString(directory.resolve("gone.yaml"), "{group: g, task: [nowhere]}");
    refuses(List.of(gone.toString()), "no task '" + directory.resolve("nowhere") + "'");
    Path same = Files.writeString(directory.resolve("same.yaml"), "{group: near, task: [near]}");
    refuses(List.of(same.toString()), "two tasks or groups are named near");
    Path without =
        Files.writeString(
            directory.resolve("without.yaml"),
            "{group: g, task: [near], aggregate_metric_list: {metric: loss}}");
    refuses(List.of(without.toString()), "group g: no task of it has the metric loss");
  }

  private static void refuses(List<String> names, String message) {
    assertThatThrownBy(
            () -> {
              TaskList list = TaskList.read(names, HADOOP);
              list.groups(run(list, new ArrayList<>()));
            })
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aBuiltInTaskMayBeInAGroup() throws IOException {
    Path file = Files.writeString(directory.resolve("g.yaml"), "{group: g, task: [arc, near]}");
    TaskList list = TaskList.read(List.of(file.toString(), "bios"), HADOOP);
    assertThat(list.tasks())
        .containsExactly("arc", directory.resolve("near.yaml").toString(), "bios");
  }
}

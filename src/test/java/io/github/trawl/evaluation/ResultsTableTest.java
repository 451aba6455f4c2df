package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.evaluation.TaskReport.CandidateReport;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.task.AskedQuestion;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.FewShotOptions;
import io.github.trawl.evaluation.task.Metrics;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.evaluation.task.Task;
import io.github.trawl.evaluation.task.TaskDefinition;
import io.github.trawl.evaluation.task.TaskList;
import io.github.trawl.evaluation.task.TaskSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTableTest {
  @TempDir private Path folder;

  /** The first task has accuracies of 1, the second none; losses are 2 and 4. */
  @Test
  void anAverageSaysHowManyTasksItIsOf() throws IOException {
    Files.writeString(folder.resolve("rows.jsonl"), "{}\n");
    task("one", "loss, accuracy");
    task("two", "loss");
    Path group =
        Files.writeString(
            folder.resolve("g.yaml"),
            "group: g\ntask: [one, two]\naggregate_metric_list: [{metric: loss}, {metric:"
                + " accuracy}]\n");
    TaskList list = TaskList.read(List.of(group.toString()), new Configuration());
    Map<String, TaskDefinition> definitions = new HashMap<>();
    List<TaskReport> reports = new ArrayList<>();
    for (String name : list.tasks()) {
      Task task = list.load(name, Optional.empty(), FewShotOptions.TASK_DEFAULTS);
      definitions.put(name, task.definition());
      reports.add(report(task, 2 + 2 * reports.size()));
    }
    String table = ResultsTable.render(reports, list.groups(definitions));
    assertThat(table.substring(table.indexOf("g: ")))
        .startsWith("g: average of 2 tasks (accuracy of 1)" + System.lineSeparator())
        .containsPattern("all +loss +2 +3\\.0000")
        .containsPattern("all +accuracy +1 +1\\.0000");
  }

  private void task(String name, String metrics) throws IOException {
    Files.writeString(
        folder.resolve(name + ".yaml"),
        "task: %s\ndataset_path: rows.jsonl\ndoc_to_text: q\ndoc_to_target: a\nmetric_list: [%s]\n"
            .formatted(name, metrics));
  }

  private static TaskReport report(Task task, double loss) {
    List<ExampleResult> results =
        List.of(
            new ExampleResult(
                0,
                Split.TEST,
                "a",
                "a",
                new TreeMap<>(Map.of("loss", loss, "accuracy", 1.0)),
                AskedQuestion.open("q")));
    return new TaskReport(
        task.definition(),
        1,
        1,
        List.of(
            new CandidateReport(
                "unmodified", results, Metrics.of(task.definition().metrics(), results))),
        TaskSamples.of(task, List.of(), task.definition().scoring()),
        0,
        new TreeSet<>(),
        new TreeSet<>(),
        1,
        8,
        NumberType.FLOAT32);
  }
}

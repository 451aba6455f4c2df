package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.evaluation.TaskReport.CandidateReport;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.task.AskedQuestion;
import io.github.trawl.evaluation.task.Example;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.evaluation.task.Task;
import io.github.trawl.evaluation.task.TaskSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesFilesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  /** A second run adds files, and edits have directories of their own. */
  @Test
  void eachTaskAndCandidateHasAFile() throws IOException {
    List<TaskReport> reports = List.of(report("one::two"));
    org.apache.hadoop.fs.Path place =
        new org.apache.hadoop.fs.Path(folder.resolve("samples").toString());
    SamplesFiles.write(reports, place, 0, HADOOP);
    SamplesFiles.write(reports, place, 1, HADOOP);
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder.resolve("samples"))) {
      files = all.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    }
    assertThat(files).hasSize(4);
    assertThat(files.subList(0, 2))
        .allSatisfy(
            file -> assertThat(file.getParent().getFileName()).hasToString("__edits__grid#r8"));
    assertThat(files.get(3).getFileName().toString())
        .matches("samples_one__two_\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.001000\\.jsonl");
    List<String> lines = Files.readAllLines(files.get(3));
    assertThat(lines).hasSize(1);
    assertThat(new ObjectMapper().readTree(lines.get(0)).at("/filtered_resps/0").asText())
        .isEqualTo("said by unmodified");
  }

  private TaskReport report(String name) throws IOException {
    Path file = folder.resolve("task.yaml");
    Files.writeString(
        file,
        "task: \"%s\"\ndataset_path: rows.jsonl\ndoc_to_text: q\ndoc_to_target: a\n".formatted(name)
            + "metric_list: [loss]\n");
    Files.writeString(folder.resolve("rows.jsonl"), "{\"q\": \"why\", \"a\": \"so\"}\n");
    Task task = Task.load(file.toString(), Optional.empty(), HADOOP);
    Example example =
        new Example(0, 0, Split.TEST, "why", "why [MASK]", List.of("so"), List.of(0), "");
    return new TaskReport(
        task.definition(),
        1,
        1,
        List.of(candidate("unmodified"), candidate("/edits/grid#r8")),
        TaskSamples.of(task, List.of(example), task.definition().scoring()),
        0,
        new TreeSet<>(),
        new TreeSet<>(),
        0,
        8,
        NumberType.FLOAT32);
  }

  private static CandidateReport candidate(String name) {
    return new CandidateReport(
        name,
        List.of(
            new ExampleResult(
                0,
                Split.TEST,
                "so",
                "said by " + name,
                new TreeMap<>(Map.of("loss", 1.5)),
                AskedQuestion.open("why"))),
        List.of());
  }
}

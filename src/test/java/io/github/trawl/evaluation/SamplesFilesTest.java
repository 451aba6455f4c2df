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
    List<TaskReport> reports = List.of(report("one::two", "unmodified", "/edits/grid#r8"));
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

  /** Names that files can't have are written alike, and dots alone would name other directories. */
  @Test
  void noFileReplacesAnother() throws IOException {
    Path samples = folder.resolve("distinct");
    String[] candidates = {"unmodified", "a/b", "a__b", "a__b_2", ".", ".."};
    SamplesFiles.write(
        List.of(report("t:1", candidates), report("t/1", candidates)),
        new org.apache.hadoop.fs.Path(samples.toString()),
        0,
        HADOOP);
    assertThat(
            Stream.of("", "a__b", "a__b_2", "a__b_2_2", "__", "___2")
                .map(
                    name ->
                        samples.resolve(name).toFile().list((in, file) -> !file.startsWith("."))))
        .allSatisfy(
            files ->
                assertThat(Stream.of(files).filter(file -> file.startsWith("samples_t__1_")))
                    .hasSize(2));
    Map<String, Long> said = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(SamplesFilesTest::isSamples).toList()) {
        String text = new ObjectMapper().readTree(file.toFile()).at("/filtered_resps/0").asText();
        said.merge(text.replace("said by ", ""), 1L, Long::sum);
      }
    }
    assertThat(said)
        .containsOnlyKeys(candidates)
        .allSatisfy((name, count) -> assertThat(count).isEqualTo(2));
  }

  private static boolean isSamples(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("samples_") && name.endsWith(".jsonl");
  }

  private TaskReport report(String name, String... candidates) throws IOException {
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
        Stream.of(candidates).map(SamplesFilesTest::candidate).toList(),
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

package io.github.trawl.evaluation;

import io.github.trawl.checkpoint.StagedFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.evaluation.TaskReport.CandidateReport;
import io.github.trawl.evaluation.task.ExampleResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes the result of every example as lm-evaluation-harness's {@code --log_samples} does, in a
 * file {@code samples_TASK_TIME.jsonl} for each task, with the local time at which the run ended.
 * The files of the unmodified model stand in the directory itself, those of each other candidate in
 * a subdirectory of its name, see {@link FileNames#distinct}. Each file appears whole or not at
 * all; files of earlier runs stay.
 */
final class SamplesFiles {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSSSSS", Locale.ROOT);

  private SamplesFiles() {}

  /**
   * Writes the files of a run.
   *
   * @param endMillis when the run ended, in milliseconds since the epoch
   */
  static void write(List<TaskReport> reports, Path directory, long endMillis, Configuration hadoop)
      throws IOException {
    FileSystem fileSystem = Storage.open(directory, hadoop);
    Path root = fileSystem.makeQualified(directory);
    String time =
        TIME.format(
            LocalDateTime.ofInstant(Instant.ofEpochMilli(endMillis), ZoneId.systemDefault()));
    Map<String, String> tasks =
        FileNames.distinct(reports.stream().map(report -> report.definition().name()).toList());
    for (TaskReport report : reports) {
      String name = "samples_" + tasks.get(report.definition().name()) + "_" + time + ".jsonl";
      Map<String, String> folders =
          FileNames.distinct(report.candidates().stream().map(CandidateReport::name).toList());
      for (CandidateReport candidate : report.candidates()) {
        // Without "./", Hadoop would take a name with a colon for a URI with a scheme.
        Path folder =
            candidate.name().equals(Candidate.UNMODIFIED.name())
                ? root
                : new Path(root, "./" + folders.get(candidate.name()));
        fileSystem.mkdirs(folder);
        try (StagedFile staged = StagedFile.create(fileSystem, new Path(folder, "./" + name))) {
          Writer lines =
              new BufferedWriter(new OutputStreamWriter(staged.stream(), StandardCharsets.UTF_8));
          for (ExampleResult result : candidate.results()) {
            lines.write(report.samples().line(result));
            lines.write('\n');
          }
          lines.flush();
          staged.commit();
        }
      }
    }
  }
}

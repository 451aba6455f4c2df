package io.github.trawl.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.sweep.SweepOutcome;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Option;

/** The option of commands that tell a scheduler how they ended, and what they have to tell. */
final class SummaryOption {
  static final String NAME = "--summary";

  // RunSummary reads it from the arguments, as it is wanted even where they are wrong.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = NAME,
      paramLabel = "FILE",
      description =
          "Writes the outcome there as a line of JSON, also if the run fails or is refused.")
  private String file;

  private final ObjectNode findings = JsonNodeFactory.instance.objectNode();

  /** Notes where the results go. */
  void output(Path output) {
    findings.put("output", Redaction.redact(output.toString()));
  }

  /** Notes what the cluster calls the run. */
  void application(JavaSparkContext spark) {
    findings.put("application", spark.sc().applicationId());
  }

  /** Notes what a sweep has found. */
  void sweep(SweepOutcome outcome) {
    findings.set("sweep", outcome.counts());
    outcome.best().ifPresent(best -> findings.set("best", best));
  }

  /** What was noted so far. */
  ObjectNode findings() {
    return findings;
  }
}

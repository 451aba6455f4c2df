package io.github.trawl.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.sweep.SweepOutcome;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Option;

/** The option that asks for a summary, and the findings that the command adds to the summary. */
final class SummaryOption {
  static final String NAME = "--summary";

  // RunSummary reads this option from the arguments itself, because a summary is written even if
  // other arguments are wrong.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = NAME,
      paramLabel = "FILE",
      description =
          "Writes the outcome there as a line of JSON, also if the run fails or is refused.")
  private String file;

  private final ObjectNode findings = JsonNodeFactory.instance.objectNode();

  /** Notes where the results go. */
  void setOutput(Path output) {
    findings.put("output", Redaction.redact(output.toString()));
  }

  /** Notes what the cluster calls the run. */
  void setApplication(JavaSparkContext spark) {
    findings.put("application", spark.sc().applicationId());
  }

  /** Notes the state of a sweep and its best point. */
  void setSweep(SweepOutcome outcome) {
    findings.set("sweep", outcome.counts());
    outcome.best().ifPresent(best -> findings.set("best", best));
  }

  /** Returns what was noted so far, with the keys that the summary has for it. */
  ObjectNode findings() {
    return findings;
  }
}

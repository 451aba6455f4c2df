package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Json;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.sweep.ledger.LedgerReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** How far a sweep has come, for processes other than its run. */
public final class SweepStatus {
  /** The most bytes that are read; a larger file is refused. */
  private static final long LARGEST_FILE = 1L << 30;

  private final LedgerReader ledger;
  private final boolean held;
  private final Optional<SweepOutcome> outcome;
  private final Optional<String> answer;
  private final Optional<JsonNode> step;

  private SweepStatus(LedgerReader ledger, Optional<JsonNode> result, Optional<JsonNode> step) {
    this.ledger = ledger;
    this.held = ledger.isHeld();
    this.outcome = result.map(SweepOutcome::of).map(this::current);
    this.answer = result.map(found -> new ResultText(found).text());
    this.step = step;
  }

  /**
   * Reads the status of the sweep in a directory; a run may write there at the same time.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if there is none, or none that this
   *     version can read; of category {@code SYSTEM} if the storage fails
   */
  public static SweepStatus of(Path output, Configuration hadoop) {
    LedgerReader ledger = LedgerReader.read(output, hadoop);
    Optional<JsonNode> result = ResultFile.find(output, hadoop);
    Optional<JsonNode> step = step(output, hadoop);
    try {
      return new SweepStatus(ledger, result, step);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw ResultFile.damaged(output, e);
    }
  }

  private static Optional<JsonNode> step(Path output, Configuration hadoop) {
    Path file = new Path(output, StatusFile.FILE);
    FileSystem fileSystem = Storage.open(file, hadoop);
    try {
      return fileSystem.exists(file)
          ? Optional.of(Json.readObject(fileSystem, file, LARGEST_FILE))
          : Optional.empty();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(file) + " can't be read (" + Problems.oneLine(e) + "); try again",
          e);
    }
  }

  /**
   * Returns the outcome of now. The last results may be of an earlier run: one that has just begun,
   * or was killed early, has not written any. Its points that those results lack are missing.
   */
  private SweepOutcome current(SweepOutcome last) {
    int points = GridHistory.points(ledger);
    return held || points > last.counts().get("planned").asInt() ? last.goingOn(points) : last;
  }

  /** Returns whether everything was measured and nothing failed, and no run is at work. */
  public boolean isComplete() {
    return state().equals(SweepState.COMPLETE.label());
  }

  /**
   * Returns what was found so far, for a scheduler; empty until a run has written its first
   * results.
   */
  public Optional<SweepOutcome> outcome() {
    return outcome;
  }

  /** Returns the state in one line. */
  public String line() {
    return switch (state()) {
      case "complete" -> "the sweep is complete";
      case "failed-points" ->
          "points failed; run the sweep again to try them again, up to --attempts times in all";
      default -> held ? "the sweep is under way" : "the sweep has stopped; run it again to go on";
    };
  }

  /** Returns the state as text for a person. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "state", line());
    ledger
        .holder()
        .filter(holder -> held)
        .ifPresent(holder -> line(text, "held by", holder.describe()));
    outcome.ifPresent(
        found -> {
          JsonNode counts = found.counts();
          line(
              text,
              "points",
              String.format(
                  Locale.ROOT,
                  "%,d in the grid: %,d measured on all validation examples, %,d dropped by the race, %,d failed",
                  counts.get("planned").asInt(),
                  counts.get("done").asInt(),
                  counts.get("pruned").asInt(),
                  counts.get("failed").asInt()));
        });
    if (held) {
      step.ifPresent(now -> line(text, "step", describe(now)));
    }
    ledger.failures().stream()
        .limit(10)
        .forEach(failure -> line(text, "failed", failure.about() + ": " + failure.message()));
    ledger.remarks().forEach(remark -> line(text, "damaged", remark));
    answer.ifPresent(found -> text.append(found).append('\n'));
    return text.toString();
  }

  private String state() {
    return outcome
        .map(found -> found.counts().get("state").asText())
        .orElse(SweepState.RUNNING.label());
  }

  private static String describe(JsonNode step) {
    int done = step.path("done").asInt();
    int total = step.path("total").asInt();
    double seconds;
    try {
      Instant start = Instant.parse(step.path("start").asText());
      Instant time = Instant.parse(step.path("time").asText());
      seconds = Duration.between(start, time).toMillis() / 1e3;
    } catch (DateTimeParseException e) {
      return StatusFile.FILE + " can't be read; the run at work writes it again";
    }
    String left =
        done == 0
            ? ""
            : String.format(
                Locale.ROOT, ", about %.0f seconds left", seconds / done * (total - done));
    return String.format(
        Locale.ROOT, "%s: %,d of %,d%s", step.path("step").asText(), done, total, left);
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-9s", name)).append(value).append('\n');
  }
}

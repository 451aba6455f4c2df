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
  private final Optional<JsonNode> result;
  private final Optional<JsonNode> step;

  private SweepStatus(LedgerReader ledger, Optional<JsonNode> result, Optional<JsonNode> step) {
    this.ledger = ledger;
    this.result = result;
    this.step = step;
  }

  /**
   * Reads the status of the sweep in a directory; a run may write there at the same time.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if there is none; of category {@code
   *     SYSTEM} if the storage fails
   */
  public static SweepStatus of(Path output, Configuration hadoop) {
    LedgerReader ledger = LedgerReader.read(output, hadoop);
    return new SweepStatus(
        ledger,
        json(ResultFile.of(output), hadoop),
        json(new Path(output, StatusFile.FILE), hadoop));
  }

  private static Optional<JsonNode> json(Path file, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(file, hadoop);
    try {
      return fileSystem.exists(file)
          ? Optional.of(Json.readObject(fileSystem, file, LARGEST_FILE))
          : Optional.empty();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          file + " can't be read (" + Problems.oneLine(e) + "); try again",
          e);
    }
  }

  /** Returns whether everything was measured and nothing failed. */
  public boolean isComplete() {
    return state().equals(SweepState.COMPLETE.label());
  }

  /**
   * Returns what was found so far, for a scheduler; empty until a run has written its first
   * results.
   */
  public Optional<SweepOutcome> outcome() {
    return result.map(SweepOutcome::of);
  }

  /** Returns the state in one line. */
  public String line() {
    return switch (state()) {
      case "complete" -> "the sweep is complete";
      case "failed-points" ->
          "points failed; run the sweep again to try them again, up to --attempts times in all";
      default ->
          isHeld() ? "the sweep is under way" : "the sweep has stopped; run it again to go on";
    };
  }

  /** Returns the state as text for a person. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "state", line());
    ledger
        .holder()
        .filter(holder -> isHeld())
        .ifPresent(holder -> line(text, "held by", holder.describe()));
    result.ifPresent(
        found -> {
          JsonNode counts = SweepOutcome.of(found).counts();
          line(
              text,
              "points",
              "%,d in the grid: %,d measured on all validation examples, %,d dropped by the race, %,d failed"
                  .formatted(
                      counts.get("planned").asInt(),
                      counts.get("done").asInt(),
                      counts.get("pruned").asInt(),
                      counts.get("failed").asInt()));
        });
    if (isHeld()) {
      step.ifPresent(now -> line(text, "step", describe(now)));
    }
    ledger.failures().stream()
        .limit(10)
        .forEach(failure -> line(text, "failed", failure.about() + ": " + failure.message()));
    ledger.remarks().forEach(remark -> line(text, "damaged", remark));
    result.ifPresent(found -> text.append(new ResultText(found).text()).append('\n'));
    return text.toString();
  }

  /** Returns whether a run seems to be at work, by its last sign of life. */
  private boolean isHeld() {
    return ledger
        .holder()
        .filter(
            holder ->
                !holder.ended()
                    && Duration.between(holder.lastHeartbeat(), Instant.now())
                            .compareTo(holder.staleAfter())
                        < 0)
        .isPresent();
  }

  private String state() {
    return result.map(found -> found.get("state").asText()).orElse(SweepState.RUNNING.label());
  }

  private static String describe(JsonNode step) {
    int done = step.get("done").asInt();
    int total = step.get("total").asInt();
    Instant start = Instant.parse(step.get("start").asText());
    Instant time = Instant.parse(step.get("time").asText());
    double seconds = Duration.between(start, time).toMillis() / 1e3;
    String left =
        done == 0
            ? ""
            : String.format(
                Locale.ROOT, ", about %.0f seconds left", seconds / done * (total - done));
    return "%s: %,d of %,d%s".formatted(step.get("step").asText(), done, total, left);
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-9s", name)).append(value).append('\n');
  }
}

package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.sweep.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a sweep whose results are of an earlier run. */
class SweepStatusTest {
  @TempDir private Path folder;

  @BeforeEach
  void run() throws IOException {
    FakeSweep sweep = sweep(2, 8);
    try (Ledger ledger = sweep.open()) {
      GridHistory.add(ledger, sweep.definition().grid());
    }
    sweep.runAndWrite(new FakeWork());
  }

  @Test
  void aSweepIsNotCompleteWhileARunIsAtWork() throws IOException {
    FakeSweep sweep = sweep(2, 8);
    assertStatus(true, "complete", "the sweep is complete");
    try (Ledger ledger = sweep.open()) {
      assertThat(ledger.holder()).isPresent();
      assertStatus(false, "running", "the sweep is under way");
      assertThat(status().text()).contains("held by  process ");
    }
    assertStatus(true, "complete", "the sweep is complete");
  }

  @Test
  void aGridThatHasGrownIsNotComplete() throws IOException {
    FakeSweep grown = sweep(2, 4, 8);
    try (Ledger ledger = grown.open()) {
      GridHistory.add(ledger, grown.definition().grid());
    }
    assertStatus(false, "running", "the sweep has stopped; run it again to go on");
    JsonNode counts = status().outcome().orElseThrow().counts();
    assertThat(counts.get("planned").asInt()).isEqualTo(3);
    assertThat(counts.get("missing").asInt()).isEqualTo(1);
    grown.runAndWrite(new FakeWork());
    assertStatus(true, "complete", "the sweep is complete");
  }

  @Test
  void aStepThatIsNotDescribedAsExpectedIsToldInALine() throws IOException {
    Path file = folder.resolve("out").resolve("status.json");
    try (Ledger ledger = sweep(2, 8).open()) {
      assertThat(ledger.holder()).isPresent();
      Files.writeString(
          file,
          """
          {"step": "solves", "done": 1500, "total": 3000,
           "start": "2026-01-01T00:00:00Z", "time": "2026-01-01T00:00:10Z"}
          """);
      assertThat(status().text())
          .contains("step     solves: 1,500 of 3,000, about 10 seconds left\n");
      Files.writeString(file, "{}");
      assertThat(status().text())
          .contains("step     status.json can't be read; the run at work writes it again\n");
    }
  }

  @Test
  void numbersAreThoseOfEveryLocale() throws IOException {
    String text = status().text();
    assertThat(text).contains("2 in the grid");
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa"));
      assertThat(status().text()).isEqualTo(text);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void resultsThatCannotBeReadAreRefusedInALine() throws IOException {
    Path file = folder.resolve("out").resolve("result.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"format\" : 1", "\"format\" : 7"));
    assertRefused("is of format 7");
    Files.writeString(file, text.replace("\"planned\"", "\"other\""));
    assertRefused("is damaged");
  }

  private void assertRefused(String part) {
    assertThatThrownBy(this::status)
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining(part)
        .hasMessageNotContaining("\n");
  }

  private void assertStatus(boolean complete, String state, String line) {
    SweepStatus status = status();
    assertThat(status.isComplete()).isEqualTo(complete);
    assertThat(status.outcome().orElseThrow().counts().get("state").asText()).isEqualTo(state);
    assertThat(status.line()).isEqualTo(line);
  }

  private SweepStatus status() {
    return SweepStatus.of(sweep().output(), new Configuration());
  }

  private FakeSweep sweep(int... ranks) {
    return new FakeSweep(
        folder,
        IntStream.of(ranks)
            .mapToObj(
                rank ->
                    new Point(
                        new StackSelection(Strategy.LAYER, "fc", "1"),
                        DecompositionMethods.CP,
                        new DecompositionSize.Rank(rank),
                        0,
                        IterationSettings.defaults(DecompositionMethods.CP)))
            .toList(),
        FakeSweep.RACE,
        2000);
  }
}

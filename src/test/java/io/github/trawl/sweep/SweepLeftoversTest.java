package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.AbandonedFiles.Found;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.sweep.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed runs have left in the output of a sweep. */
class SweepLeftoversTest {
  private static final Duration AGE = Duration.ofDays(2);
  @TempDir private Path folder;

  @Test
  void onlyWhatNothingNamesGoesAndOnlyWhileNoRunHoldsIt() throws IOException {
    FakeSweep sweep =
        new FakeSweep(
            folder,
            List.of(
                new Point(
                    new StackSelection(Strategy.LAYER, "fc", "1"),
                    DecompositionMethods.CP,
                    new DecompositionSize.Rank(8),
                    0,
                    IterationSettings.defaults(DecompositionMethods.CP))),
            FakeSweep.RACE,
            200);
    sweep.runAndWrite(new FakeWork());
    Path out = folder.resolve("out");
    List<Path> named = new ArrayList<>();
    try (Ledger ledger = sweep.open()) {
      ledger.forEach(
          SweepKeys.SOLVE, unit -> named.add(out.resolve(SolveContent.file(unit.content()))));
    }
    assertThat(named).hasSize(1);
    write(named.get(0));
    Path orphan = write(out.resolve("factors/" + "0".repeat(64) + ".arrow"));
    Path young = write(out.resolve("factors/" + "1".repeat(64) + ".arrow"));
    Path attempts = write(out.resolve(".trawl-attempts/" + UUID.randomUUID() + "/a/f.arrow"));
    Path part = write(out.resolve("tables/.points.parquet." + UUID.randomUUID() + ".trawl-part"));
    try (Stream<Path> all = Files.walk(out)) {
      for (Path path : all.filter(each -> !each.equals(young)).toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
      }
    }
    SweepLeftovers leftovers =
        new SweepLeftovers(sweep.output(), Instant.now().minus(AGE), new Configuration());
    assertThat(leftovers.isSweep()).isTrue();
    assertThat(leftovers.find().stream().filter(each -> each.keepReason().isEmpty()))
        .extracting(each -> each.path().getName())
        .containsExactlyInAnyOrder(
            attempts.getParent().getParent().getFileName().toString(),
            orphan.getFileName().toString(),
            part.getFileName().toString());

    try (Ledger held = sweep.open()) {
      assertThat(held.identity()).isNotEmpty();
      assertThatThrownBy(() -> leftovers.remove(found -> {}))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    assertThat(orphan).exists();

    List<Found> removed = new ArrayList<>();
    leftovers.remove(removed::add);
    assertThat(removed).hasSize(3);
    assertThat(List.of(orphan, attempts, part)).allSatisfy(path -> assertThat(path).doesNotExist());
    assertThat(named.get(0)).exists();
    assertThat(young).exists();
    // The sweep goes on as before.
    FakeWork work = new FakeWork();
    sweep.runAndWrite(work);
    assertThat(work.solved).isEmpty();
  }

  private static Path write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "content");
  }
}

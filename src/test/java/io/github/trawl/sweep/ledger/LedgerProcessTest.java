package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ledgers of other processes. */
@Tag("slow")
@Timeout(900)
@EnabledOnOs(OS.LINUX)
class LedgerProcessTest {
  private static final int KILLS = 25;
  private static final int UNITS = 12_000;
  private static final int HOUR = 3600;

  @TempDir private Path folder;

  private Path root() {
    return folder.resolve("out");
  }

  @Test
  void losesNothingToKills() throws IOException, InterruptedException {
    Random random = new Random(1);
    int before = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Path log = folder.resolve("log" + kill);
      Process process = LedgerWriter.start(log, root(), HOUR, UNITS);
      while (process.isAlive() && LedgerWriter.acknowledged(log).size() < 2) {
        Thread.sleep(5);
      }
      Thread.sleep(random.nextInt(700));
      assertThat(process.isAlive()).as("kill %d: %s", kill, Files.readString(log)).isTrue();
      process.destroyForcibly().waitFor();

      List<Integer> acknowledged = LedgerWriter.acknowledged(log);
      LedgerReader reader = Units.read(root());
      assertThat(reader.remarks()).isEmpty();
      Map<Integer, Unit> there = Units.all(reader);
      int last = acknowledged.get(acknowledged.size() - 1);
      assertThat(acknowledged.get(0)).isGreaterThanOrEqualTo(before);
      // The one after the last may be there without its acknowledgement.
      assertThat(there.size()).isBetween(last + 1, last + 2);
      assertThat(there).isEqualTo(Units.numbered(there.size()));
      before = there.size();
    }
    Path log = folder.resolve("last");
    Process process = LedgerWriter.start(log, root(), HOUR, before + 100);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(Files.readString(log)).endsWith("remarks []\n");

    Path undisturbed = folder.resolve("undisturbed");
    try (Ledger ledger = Units.open(undisturbed)) {
      Units.numbered(before + 100).values().forEach(ledger::add);
    }
    assertThat(Units.all(Units.read(root()))).isEqualTo(Units.all(Units.read(undisturbed)));
    assertThat(Units.files(root().resolve("units"))).noneMatch(name -> name.startsWith("."));
    assertThat(Units.files(root().resolve("packs"))).noneMatch(name -> name.startsWith("."));
  }

  @Test
  void yieldsToAnotherProcessWhenItSleeps() throws Exception {
    Path log = folder.resolve("log");
    Process process = LedgerWriter.start(log, root(), 2, 1_000_000);
    try {
      while (process.isAlive() && LedgerWriter.acknowledged(log).isEmpty()) {
        Thread.sleep(10);
      }
      LedgerHeldException refusal =
          catchThrowableOfType(LedgerHeldException.class, () -> Units.open(root()));
      assertThat(refusal).hasMessageContaining("process " + process.pid() + " of ");
      assertThat(Units.read(root()).holder().orElseThrow().pid()).isEqualTo(process.pid());

      signal(process, "STOP");
      Thread.sleep(2200);
      try (Ledger ledger = Units.open(root())) {
        int there = Units.all(ledger).size();
        signal(process, "CONT");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readString(log))
            .endsWith("this run stops; what it has finished is kept\n")
            .contains("another run has taken it over (process " + ProcessHandle.current().pid());
        // One that was under way when it was stopped may have arrived.
        assertThat(Units.all(Units.read(root())).size()).isBetween(there, there + 1);
        ledger.add(Units.unit(there + 1));
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void signal(Process process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}

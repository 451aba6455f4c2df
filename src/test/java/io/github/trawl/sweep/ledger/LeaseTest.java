package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import io.github.trawl.checkpoint.FaultyFileSystem.Operation;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LeaseTest {
  private static final ProcessIdentity OWN = ProcessIdentity.ofThisProcess();

  @TempDir private Path folder;

  private Path root() {
    return folder.resolve("out");
  }

  @Test
  void refusesASecondRunAndSaysWhoTheFirstIs() {
    try (Ledger first = Units.open(root())) {
      Holder holder = first.holder().orElseThrow();
      assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(holder.ended()).isFalse();

      LedgerHeldException refusal =
          catchThrowableOfType(LedgerHeldException.class, () -> Units.open(root()));
      assertThat(refusal.category()).isEqualTo(ErrorCategory.USAGE);
      assertThat(refusal.remaining()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
      assertThat(refusal.holder().pid()).isEqualTo(holder.pid());
      assertThat(refusal)
          .hasMessageContaining(root().toString())
          .hasMessageContaining("process " + holder.pid() + " of " + holder.user() + " on ")
          .hasMessageContaining("since " + Instant.now().toString().substring(0, 11))
          .hasMessageContaining("last sign of life 2")
          .hasMessageNotContaining("\n");

      first.add(Units.unit(0));
      assertThat(Units.read(root()).holder()).contains(holder);
    }
    assertThat(Units.read(root()).holder()).isEmpty();
    Units.open(root()).close();
  }

  @Test
  void takesOverAtOnceFromAProcessThatHasEnded() throws IOException {
    claim(1, mark(OWN.host(), "1"), Duration.ofHours(1));
    try (Ledger ledger = Units.open(root())) {
      ledger.add(Units.unit(0));
      assertThat(Units.files(root().resolve("holder"))).contains("000002.json");
    }
  }

  @Test
  void waitsForTheStatedTimeWhereItCannotTell() throws Exception {
    claim(1, mark("elsewhere", "1"), Duration.ofSeconds(2));
    LedgerHeldException refusal =
        catchThrowableOfType(LedgerHeldException.class, () -> Units.open(root()));
    assertThat(refusal).hasMessageContaining("elsewhere").hasMessageContaining("run again in 2 s");
    Thread.sleep(refusal.remaining().plusMillis(50).toMillis());

    Units.open(root()).close();
  }

  @Test
  void doesNotCompareTheClocksOfTwoMachines() throws IOException {
    Claim late =
        new Claim("other", mark("elsewhere", "1"), "anna", Instant.EPOCH, Duration.ofMinutes(1));
    Claim early =
        new Claim(
            "other",
            mark("elsewhere", "1"),
            "anna",
            Instant.parse("2090-01-01T00:00:00Z"),
            Duration.ofMinutes(1));
    for (Claim claim : List.of(late, early)) {
      Path file = root().resolve("holder").resolve("000001.json");
      Files.createDirectories(file.getParent());
      Files.write(file, claim.toBytes());
      assertThatThrownBy(() -> Units.open(root())).isInstanceOf(LedgerHeldException.class);
    }
  }

  @Test
  void takesAClaimThatCannotBeReadForOneOfSomebody() throws IOException {
    claim(1, OWN, Duration.ofHours(1));
    Files.writeString(root().resolve("holder").resolve("000001.json"), "{");

    assertThatThrownBy(() -> Units.open(root()))
        .isInstanceOf(LedgerHeldException.class)
        .hasMessageContaining("unknown host");
  }

  @Test
  void givesSignsOfLife() throws InterruptedException {
    org.apache.hadoop.fs.Path path = Units.hadoopPath(root());
    Duration second = Duration.ofSeconds(1);
    try (Ledger ledger = Ledger.open(path, Units.identity(), second, new Configuration())) {
      Instant before = ledger.holder().orElseThrow().lastHeartbeat();
      for (int i = 0; i < 4; i++) {
        Thread.sleep(500);
        assertThatThrownBy(() -> Units.open(root())).isInstanceOf(LedgerHeldException.class);
      }
      assertThat(ledger.holder().orElseThrow().lastHeartbeat()).isAfter(before.plusMillis(900));
      ledger.add(Units.unit(0));
    }
  }

  @Test
  void letsOneOfManyTakeOver() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      for (int round = 1; round <= 10; round++) {
        Path root = folder.resolve("out" + round);
        claim(root, 1, mark(OWN.host(), "1"), Duration.ofHours(1));
        CyclicBarrier together = new CyclicBarrier(6);
        List<Future<Ledger>> attempts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          attempts.add(
              threads.submit(
                  () -> {
                    together.await();
                    try {
                      return Units.open(root);
                    } catch (LedgerHeldException e) {
                      return null;
                    }
                  }));
        }
        List<Ledger> opened = new ArrayList<>();
        for (Future<Ledger> attempt : attempts) {
          if (attempt.get() != null) {
            opened.add(attempt.get());
          }
        }
        assertThat(opened).hasSize(1);
        opened.get(0).close();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void stopsWhenAnotherOneHasTakenOver() throws Exception {
    org.apache.hadoop.fs.Path path = Units.hadoopPath(root());
    Duration second = Duration.ofSeconds(1);
    try (Ledger ledger = Ledger.open(path, Units.identity(), second, new Configuration())) {
      ledger.add(Units.unit(0));
      claim(2, mark("elsewhere", "1"), Duration.ofHours(1));
      Thread.sleep(1200);

      assertThatThrownBy(() -> ledger.add(Units.unit(1)))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
          .hasMessageContaining("another run has taken it over (process")
          .hasMessageContaining("on elsewhere")
          .hasMessageNotContaining("\n");
      assertThatThrownBy(() -> ledger.recordFailure(Units.key(1), "a", "b", "c"))
          .hasMessageContaining("taken it over");
      assertThatThrownBy(ledger::compact).hasMessageContaining("taken it over");
      assertThat(ledger.find(Units.key(0))).contains(Units.unit(0));
    }
    assertThat(Units.files(root().resolve("units"))).hasSize(1);
    assertThat(Units.files(root().resolve("holder")))
        .contains("000002.json")
        .doesNotContain("000002.released");
  }

  /** The other run removes files that are half written, so writing them fails at once. */
  @Test
  void saysThatAnotherOneHasTakenOverWhereItsFilesAreSweptAway() throws Exception {
    Configuration hadoop = FaultyFileSystem.configuration();
    try (Ledger ledger =
        Ledger.open(FaultyFileSystem.path(root()), Units.identity(), Duration.ofHours(1), hadoop)) {
      ledger.add(Units.unit(0));
      claim(2, mark("elsewhere", "1"), Duration.ofHours(1));
      FaultyFileSystem.fail(hadoop, Operation.RENAME, "/units/", Fault.THROW, 1);
      assertThatThrownBy(() -> ledger.add(Units.unit(1)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("another run has taken it over (process")
          .hasMessageNotContaining("check the storage");
    }
  }

  @Test // A store without conditional writes lets the later one of two win.
  void stopsWhereAnotherOneHasMadeTheSameClaim() throws Exception {
    org.apache.hadoop.fs.Path path = Units.hadoopPath(root());
    Duration second = Duration.ofSeconds(1);
    try (Ledger ledger = Ledger.open(path, Units.identity(), second, new Configuration())) {
      Claim claim =
          new Claim("other", mark("elsewhere", "1"), "anna", Instant.now(), Duration.ofHours(1));
      Files.write(root().resolve("holder").resolve("000001.json"), claim.toBytes());
      Thread.sleep(1200);

      assertThatThrownBy(() -> ledger.add(Units.unit(1)))
          .hasMessageContaining("another run has taken it over (process")
          .hasMessageContaining("on elsewhere");
    }
    assertThat(Units.files(root().resolve("holder"))).doesNotContain("000001.released");
  }

  @Test
  void stopsWhereItsClaimWasRemoved() throws Exception {
    org.apache.hadoop.fs.Path path = Units.hadoopPath(root());
    Duration second = Duration.ofSeconds(1);
    try (Ledger ledger = Ledger.open(path, Units.identity(), second, new Configuration())) {
      Files.delete(root().resolve("holder").resolve("000001.json"));
      Thread.sleep(1200);

      assertThatThrownBy(() -> ledger.add(Units.unit(1)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("its claim was removed from the output")
          .hasMessageNotContaining("sign of life");
    }
  }

  @Test
  void stopsWhereItsOutputWasRemovedAndAnotherRunHasBegun() throws Exception {
    org.apache.hadoop.fs.Path path = Units.hadoopPath(root());
    Units.open(root()).close();
    try (Ledger ledger =
        Ledger.open(path, Units.identity(), Duration.ofSeconds(1), new Configuration())) {
      for (String name : Units.files(root().resolve("holder"))) {
        Files.delete(root().resolve("holder").resolve(name));
      }
      claim(1, mark("elsewhere", "1"), Duration.ofMinutes(1));
      Thread.sleep(1200);

      assertThatThrownBy(() -> ledger.add(Units.unit(1)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContainingAll(
              "the output was removed, and another run has begun there", "elsewhere")
          .hasMessageNotContaining("gave no sign of life");
    }
  }

  @Test
  void opensWhereWhatAKilledProcessHasLeftCantBeRemoved() throws IOException {
    Units.open(root()).close();
    Path stuck = Files.createDirectory(root().resolve("holder").resolve(".probe-stuck"));
    Files.createFile(stuck.resolve("file"));
    Files.setLastModifiedTime(stuck, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

    Units.open(root()).close();
    assertThat(stuck).exists();
  }

  @Test
  void removesWhatAKilledProcessHasLeftOfAsking() throws IOException {
    Units.open(root()).close();
    Path old = Files.createFile(root().resolve("holder").resolve(".probe-old"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Files.createFile(root().resolve("holder").resolve(".probe-new"));

    Units.open(root()).close();
    assertThat(Units.files(root().resolve("holder")))
        .containsExactly(".probe-new", "000002.alive", "000002.json", "000002.released");
  }

  @Test
  void goesByTheClockOfTheStorage() throws IOException {
    Units.open(root()).close();
    assertThat(Units.read(root()).isHeld()).isFalse();
    claim(2, mark("elsewhere", "1"), Duration.ofMinutes(1));
    assertThat(Units.read(root()).isHeld()).isTrue();
    Path file = root().resolve("holder").resolve("000002.json");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
    assertThat(Units.read(root()).isHeld()).isFalse();

    // A storage whose clock is two minutes behind: it was written just now.
    org.apache.hadoop.fs.Path holder =
        new org.apache.hadoop.fs.Path(Units.hadoopPath(root()), "holder");
    FileSystem late =
        new FilterFileSystem(Storage.open(holder, new Configuration())) {
          @Override
          public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
            FileStatus status = super.getFileStatus(path);
            return new FileStatus(
                status.getLen(),
                status.isDirectory(),
                status.getReplication(),
                status.getBlockSize(),
                status.getModificationTime() - Duration.ofMinutes(2).toMillis(),
                status.getPath());
          }
        };
    Holder found = Lease.holder(late, holder).orElseThrow();
    assertThat(Lease.remaining(late, holder, found))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(61));
    assertThat(Units.files(root().resolve("holder"))).noneMatch(name -> name.contains("probe"));
  }

  @Test // Two others have come and cleaned up since it looked.
  void doesNotTakeAnEpochThatIsOver() throws IOException {
    claim(1, mark(OWN.host(), "1"), Duration.ofHours(1));
    Configuration hadoop = FaultyFileSystem.configuration();
    List<Ledger> others = new ArrayList<>();
    FaultyFileSystem.before(
        hadoop,
        FaultyFileSystem.Operation.CREATE,
        "000002.json",
        () -> {
          Units.open(root()).close();
          others.add(Units.open(root()));
        });

    assertThatThrownBy(
            () ->
                Ledger.open(
                    FaultyFileSystem.path(root()), Units.identity(), Units.STALE_AFTER, hadoop))
        .isInstanceOf(LedgerHeldException.class);
    others.get(0).add(Units.unit(0));
    assertThat(Units.files(root().resolve("holder")))
        .containsExactly("000003.alive", "000003.json");
    others.get(0).close();
  }

  private void claim(int epoch, ProcessIdentity process, Duration staleAfter) throws IOException {
    claim(root(), epoch, process, staleAfter);
  }

  private static void claim(Path root, int epoch, ProcessIdentity process, Duration staleAfter)
      throws IOException {
    org.apache.hadoop.fs.Path holder =
        new org.apache.hadoop.fs.Path(Units.hadoopPath(root), "holder");
    FileSystem fileSystem = Storage.open(holder, new Configuration());
    Claim claim = new Claim("other", process, "anna", Instant.now(), staleAfter);
    assertThat(new Claims(fileSystem, holder).create(epoch, claim)).isTrue();
  }

  private static ProcessIdentity mark(String host, String start) {
    return new ProcessIdentity(host, OWN.boot(), OWN.pidNamespace(), OWN.uid(), OWN.pid(), start);
  }
}

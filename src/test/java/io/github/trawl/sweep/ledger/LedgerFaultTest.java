package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import io.github.trawl.checkpoint.FaultyFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A storage that fails. */
class LedgerFaultTest {
  @TempDir private Path folder;
  private final Configuration hadoop = FaultyFileSystem.configuration();

  private Path root() {
    return folder.resolve("out");
  }

  private Ledger open() {
    return Ledger.open(FaultyFileSystem.path(root()), Units.identity(), Units.STALE_AFTER, hadoop);
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "WRITE", "CLOSE", "RENAME"})
  void saysInALineThatAUnitWasNotWritten(Operation operation) {
    try (Ledger ledger = open()) {
      ledger.add(Units.unit(0));
      FaultyFileSystem.fail(hadoop, operation, "/units/", Fault.THROW, 1);

      assertThatThrownBy(() -> ledger.add(Units.unit(1)))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
          .hasMessageContaining("/units/" + Units.key(1))
          .hasMessageContaining("cannot write: injected failure")
          .hasMessageNotContaining("\n");
      assertThat(ledger.isDone(Units.key(1))).isFalse();
      assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(1));
      assertThat(Units.files(root().resolve("units"))).hasSize(1);

      ledger.add(Units.unit(1));
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(2));
    }
  }

  @Test
  void takesAUnitThatArrivedThoughTheStorageSaidOtherwise() {
    try (Ledger ledger = open()) {
      FaultyFileSystem.fail(hadoop, Operation.RENAME, "/units/", Fault.TIME_OUT_AFTER, 1);
      ledger.add(Units.unit(0));
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(1));
    }
    assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(1));
  }

  @Test // A full disk must not make the next run wait for this one.
  void givesTheLeaseBackWhereNoFileCanBeMade() throws IOException {
    Ledger ledger = open();
    FaultyFileSystem.fail(hadoop, Operation.CREATE, ".released", Fault.THROW, 1);
    ledger.close();
    assertThat(Units.files(root().resolve("holder")))
        .containsExactly("000001.json", "000001.released");
    open().close();
  }

  @Test
  void leavesNoClaimWhereItsSignCannotBeGiven() throws IOException {
    FaultyFileSystem.fail(hadoop, Operation.CREATE, ".alive", Fault.THROW, 1);
    assertThatThrownBy(this::open)
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("cannot open the ledger: injected failure");
    assertThat(Units.files(root().resolve("holder"))).isEmpty();
    open().close();
  }

  @Test
  void leavesNoClaimWhereItCannotBeReadBack() throws IOException {
    FaultyFileSystem.fail(hadoop, Operation.OPEN, "000001.json", Fault.THROW, 1);
    assertThatThrownBy(this::open)
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("cannot open the ledger: injected failure");
    assertThat(Units.files(root().resolve("holder"))).isEmpty();
    open().close();
  }

  @Test
  void takesTheLeaseThoughTheStorageSaidOtherwise() {
    FaultyFileSystem.fail(hadoop, Operation.RENAME, "/holder/", Fault.TIME_OUT_AFTER, 1);
    open().close();
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE, /packs/",
    "WRITE, /packs/",
    "CLOSE, /packs/",
    "RENAME, /packs/",
    "OPEN, /packs/",
    "DELETE, /units/"
  })
  void losesNothingWhereACompactionFails(Operation operation, String where) {
    try (Ledger ledger = open()) {
      Units.numbered(30).values().forEach(ledger::add);
      FaultyFileSystem.fail(hadoop, operation, where, Fault.THROW, 3, 1);
      FaultyFileSystem.fail(hadoop, operation, where, Fault.THROW, 1);

      assertThatThrownBy(ledger::compact)
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
          .hasMessageContaining("cannot compact: injected failure");
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(30));
      assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(30));
    }
    FaultyFileSystem.heal(hadoop);
    try (Ledger ledger = open()) {
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(30));
      assertThat(ledger.remarks()).isEmpty();
      ledger.compact();
      assertThat(Units.files(root().resolve("units"))).isEmpty();
      assertThat(Units.files(root().resolve("packs"))).hasSize(1);
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(30));
    }
  }

  @Test // A crash between a new pack and the removal of what it replaces.
  void cleansUpWhatIsThereTwice() throws IOException {
    try (Ledger ledger = open()) {
      Units.numbered(10).values().forEach(ledger::add);
      copy("units", "saved");
      ledger.compact();
      Units.numbered(20).values().forEach(ledger::add);
      ledger.compact();
    }
    copy("packs", "saved");
    // What merging the two gives, which is then named later than both.
    for (String name : Units.files(root().resolve("packs"))) {
      Files.delete(root().resolve("packs").resolve(name));
    }
    try (Ledger ledger = open()) {
      Units.numbered(20).values().forEach(ledger::add);
      ledger.compact();
    }
    copy("saved", "packs", "units");
    Files.writeString(root().resolve("units/.a.json.0.trawl-part"), "half a fi");
    Files.writeString(root().resolve("packs/.a.parquet.0.trawl-part"), "half a fi");

    assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(20));
    try (Ledger ledger = open()) {
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(20));
      assertThat(ledger.remarks()).isEmpty();
    }
    assertThat(Units.files(root().resolve("units"))).isEmpty();
    assertThat(Units.files(root().resolve("packs")))
        .singleElement()
        .asString()
        .startsWith("000002-000001-");
  }

  @Test
  void addsOnWhereCompactingMeanwhileFails() {
    hadoop.setInt(Ledger.MOST_LOOSE_UNITS, 5);
    try (Ledger ledger = open()) {
      FaultyFileSystem.fail(hadoop, Operation.WRITE, "/packs/", Fault.THROW, 1);
      Units.numbered(30).values().forEach(ledger::add);
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(30));
      assertThat(Units.files(root().resolve("packs"))).isNotEmpty();
    }
  }

  private void copy(String from, String... to) throws IOException {
    for (String name : Units.files(root().resolve(from))) {
      String target = to.length == 1 || name.endsWith(".parquet") ? to[0] : to[1];
      Files.createDirectories(root().resolve(target));
      Files.copy(root().resolve(from).resolve(name), root().resolve(target).resolve(name));
    }
  }
}

package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.checkpoint.CountingFileSystem;
import io.github.trawl.checkpoint.FaultyFileSystem;
import io.github.trawl.checkpoint.FaultyFileSystem.Operation;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class LedgerReaderTest {
  @TempDir private Path folder;

  private Path root() {
    return folder.resolve("out");
  }

  @ParameterizedTest // Compacted at a moment when the reader has looked at a part.
  @CsvSource({
    "LIST, /units, 0",
    "LIST, /packs, 0",
    "LIST, /packs, 1",
    "OPEN, /units/, 0",
    "OPEN, /units/, 3",
    "OPEN, 000001-000001-, 0",
    "STATUS, 000001-000001-, 0"
  })
  void findsUnitsThatMoveWhileItLooks(Operation operation, String where, int skips) {
    try (Ledger ledger = Units.open(root())) {
      for (int i = 0; i < 17; i++) {
        ledger.add(Units.unit(i));
        if (i < 16) {
          ledger.compact();
        }
      }
      for (int i = 17; i < 30; i++) {
        ledger.add(Units.unit(i));
      }
      Configuration hadoop = FaultyFileSystem.configuration();
      AtomicInteger calls = new AtomicInteger();
      for (int i = 0; i <= skips; i++) {
        FaultyFileSystem.before(
            hadoop,
            operation,
            where,
            () -> {
              if (calls.getAndIncrement() == skips) {
                ledger.compact(); // This merges packs, too.
              }
            });
      }

      LedgerReader reader = LedgerReader.read(FaultyFileSystem.path(root()), hadoop);

      assertThat(calls).hasValue(skips + 1);
      assertThat(Units.files(root().resolve("packs"))).noneMatch(this::isFirst);
      assertThat(Units.all(reader)).isEqualTo(Units.numbered(30));
      assertThat(reader.remarks()).isEmpty();
    }
  }

  @Test // The old one is gone and the new one not yet there when the listing comes to them.
  void looksAgainWhereAListingHasMissedAPack() throws IOException {
    try (Ledger ledger = Units.open(root())) {
      Units.numbered(20).values().forEach(ledger::add);
      ledger.compact();
    }
    AtomicInteger lists = new AtomicInteger();
    FileSystem missing =
        new FilterFileSystem(Storage.open(Units.hadoopPath(root()), new Configuration())) {
          @Override
          public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
            boolean misses = path.toString().contains("/packs") && lists.getAndIncrement() == 0;
            return misses ? new FileStatus[0] : super.listStatus(path);
          }
        };

    Scan scan =
        Scan.of(
            new LooseFiles(missing, Units.hadoopPath(root().resolve("units"))),
            new Packs(missing, Units.hadoopPath(root().resolve("packs"))));

    assertThat(scan.places()).hasSize(20);
  }

  @Test
  void findsUnitsThatMovedSinceItLooked() {
    try (Ledger ledger = Units.open(root())) {
      Units.numbered(5).values().forEach(ledger::add);
      LedgerReader early = Units.read(root());
      ledger.compact();
      LedgerReader late = Units.read(root());
      for (int i = 1; i < 18; i++) {
        IntStream.range(6 * i, 6 * i + 6).mapToObj(Units::unit).forEach(ledger::add);
        ledger.compact();
      }
      assertThat(Units.files(root().resolve("packs"))).noneMatch(this::isFirst);

      assertThat(early.find(Units.key(3))).contains(Units.unit(3));
      assertThat(Units.all(late)).isEqualTo(Units.numbered(5));
      assertThat(Units.all(early)).isEqualTo(Units.numbered(5));
    }
  }

  @Test
  void readsWhileUnitsAreAddedAndCompacted() throws InterruptedException {
    Configuration hadoop = new Configuration();
    hadoop.setInt(Ledger.MOST_LOOSE_UNITS, 20);
    int count = 200;
    AtomicInteger added = new AtomicInteger();
    Thread writer;
    try (Ledger ledger = Units.open(root(), hadoop)) {
      writer =
          new Thread(
              () -> {
                for (int i = 0; i < count; i++) {
                  ledger.add(Units.unit(i));
                  added.incrementAndGet();
                }
              });
      writer.start();
      while (writer.isAlive()) {
        int before = added.get();
        Map<Integer, Unit> read = Units.all(Units.read(root()));
        assertThat(read).containsAllEntriesOf(Units.numbered(before));
        assertThat(read).isEqualTo(Units.numbered(read.size()));
      }
      writer.join();
    }
    assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(count));
  }

  @Test
  void opensManyUnitsWithFewFiles() throws Exception {
    Units.open(root()).close();
    FileSystem fileSystem = Storage.open(Units.hadoopPath(root()), new Configuration());
    TreeMap<UnitKey, UnitText> units = new TreeMap<>();
    IntStream.range(0, 10_000).forEach(i -> units.put(Units.key(i), UnitText.of(Units.unit(i))));
    List<UnitText> sorted = List.copyOf(units.values());
    for (int i = 0; i < 4; i++) {
      Iterator<UnitText> part = sorted.subList(i * 2500, (i + 1) * 2500).iterator();
      PackFile.write(
          fileSystem,
          Units.hadoopPath(root().resolve("packs/000001-00000" + (i + 1) + "-00000000.parquet")),
          () -> part.hasNext() ? Optional.of(part.next()) : Optional.empty());
    }
    Configuration hadoop = CountingFileSystem.configuration(false);

    try (Ledger ledger =
        Ledger.open(CountingFileSystem.path(root()), Units.identity(), Units.STALE_AFTER, hadoop)) {
      // sweep.json twice, two claims, four packs each for its end and its rows.
      assertThat(CountingFileSystem.opens(hadoop)).isLessThanOrEqualTo(4 + 8);
      assertThat(CountingFileSystem.lists(hadoop)).isLessThanOrEqualTo(12);
      assertThat(CountingFileSystem.requests(hadoop).stream().mapToLong(i -> i).sum())
          .as(
              "bytes asked for, of "
                  + Files.size(root().resolve("packs/000001-000001-00000000.parquet")))
          .isLessThan(2_500_000);
      assertThat(ledger.keys("solve")).hasSize(3334);
      assertThat(ledger.find(Units.key(9_999))).contains(Units.unit(9_999));
    }
  }

  private boolean isFirst(String name) {
    return name.startsWith("000001-000001-");
  }
}

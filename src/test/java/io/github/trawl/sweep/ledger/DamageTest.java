package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that do not hold what was written. */
class DamageTest {
  @TempDir private Path folder;

  private Path root() {
    return folder.resolve("out");
  }

  @Test
  void storesAUnitAsOneLineWithItsDigest() throws IOException, NoSuchAlgorithmException {
    try (Ledger ledger = Units.open(root())) {
      ledger.add(Units.unit(2));
    }
    String key = Units.key(2).hex();
    String content =
        "{\"number\":2,\"text\":\"é \\\"2\\\"\\n\",\"values\":[0.07692307692307693,"
            + "0.07142857142857142,0.06666666666666667,0.0625,0.058823529411764705]}";
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest((key + "\nscores\n" + content).getBytes(StandardCharsets.UTF_8));

    assertThat(Units.file(root(), 2))
        .hasContent(
            "{\"sha256\":\"%s\",\"key\":\"%s\",\"kind\":\"scores\",\"content\":%s}\n"
                .formatted(HexFormat.of().formatHex(digest), key, content));
  }

  @Test
  void recognisesEachChangedByteAndEachLengthOfALooseFile() throws DamagedFileException {
    byte[] whole = UnitText.of(Units.unit(7)).toBytes();
    UnitKey key = Units.key(7);
    assertThat(UnitText.parse(key, whole).unit()).isEqualTo(Units.unit(7));

    for (int i = 0; i < whole.length; i++) {
      for (int mask : new int[] {1, 0x20, 0x80, 0xff}) {
        byte[] changed = whole.clone();
        changed[i] ^= (byte) mask;
        assertDamaged(key, changed);
      }
      assertDamaged(key, Arrays.copyOf(whole, i));
    }
    assertDamaged(key, Arrays.copyOf(whole, whole.length + 1));
    assertDamaged(Units.key(8), whole);
  }

  @Test // Parquet's checksums do not cover all of a file.
  void recognisesEachChangedPartOfAPackedUnit() throws DamagedFileException {
    UnitText unit = UnitText.of(Units.unit(7));
    String key = unit.key().hex();
    String other = Units.key(8).hex();
    assertThat(UnitText.checked(key, unit.kind(), unit.content(), unit.digest())).isEqualTo(unit);

    assertDamaged(other, unit.kind(), unit.content(), unit.digest());
    assertDamaged(key, "solve", unit.content(), unit.digest());
    assertDamaged(key, unit.kind(), unit.content().replace("0.0", "0.1"), unit.digest());
    assertDamaged(key, unit.kind(), unit.content(), other);
    assertDamaged("key", unit.kind(), unit.content(), unit.digest());
  }

  private static void assertDamaged(String key, String kind, String content, String digest) {
    assertThatThrownBy(() -> UnitText.checked(key, kind, content, digest))
        .isInstanceOf(DamagedFileException.class);
  }

  private static void assertDamaged(UnitKey key, byte[] file) {
    assertThatThrownBy(() -> UnitText.parse(key, file)).isInstanceOf(DamagedFileException.class);
  }

  @Test
  void setsDamagedLooseFilesAside() throws IOException {
    try (Ledger ledger = Units.open(root())) {
      for (int i = 0; i < 6; i++) {
        ledger.add(Units.unit(i));
      }
      ledger.recordFailure(Units.key(9), "scores", "rank 9", "no luck");
    }
    flip(Units.file(root(), 0), 30);
    truncate(Units.file(root(), 1), 100);
    truncate(Units.file(root(), 2), 0);
    Files.copy(Units.file(root(), 3), Units.file(root(), 7));
    Path failure = root().resolve("failures");
    flip(failure.resolve(Units.files(failure).get(0)), 200);

    LedgerReader reader = Units.read(root());
    assertThat(Units.all(reader).keySet()).containsExactly(3, 4, 5);
    assertThat(reader.remarks()).hasSize(5);
    assertThat(Units.file(root(), 0)).exists();
    try (Ledger ledger = Units.open(root())) {
      assertThat(Units.all(ledger).keySet()).containsExactly(3, 4, 5);
      assertThat(ledger.remarks()).hasSize(5);
      for (int i : new int[] {0, 1, 2, 7}) {
        assertThat(ledger.isDone(Units.key(i))).isFalse();
        assertThat(ledger.remarks())
            .filteredOn(line -> line.contains(Units.file(root(), i).toString()))
            .singleElement()
            .asString()
            .contains("set aside as damaged/00000", "done again");
      }
      assertThat(Units.files(root().resolve("damaged"))).hasSize(5);
      for (int i = 0; i < 3; i++) {
        ledger.add(Units.unit(i));
      }
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(6));
    }
    try (Ledger ledger = Units.open(root())) {
      assertThat(ledger.remarks()).isEmpty();
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(6));
    }
  }

  @Test
  void noticesDamageThatHappensMeanwhile() throws IOException {
    try (Ledger ledger = Units.open(root())) {
      ledger.add(Units.unit(0));
      ledger.add(Units.unit(1));
      ledger.add(Units.unit(2));
      flip(Units.file(root(), 0), 150);
      flip(Units.file(root(), 1), 150);
      Files.delete(Units.file(root(), 2));

      assertThat(ledger.find(Units.key(0))).isEmpty();
      assertThat(ledger.isDone(Units.key(0))).isFalse();
      ledger.add(Units.unit(1));
      assertThat(ledger.find(Units.key(2))).isEmpty();
      assertThat(ledger.isDone(Units.key(2))).isFalse();
      assertThat(Units.all(ledger)).isEqualTo(Map.of(1, Units.unit(1)));
      assertThat(ledger.remarks()).hasSize(2);
    }
  }

  @Test
  void neverReadsAChangedPackAsSomethingElse() throws Exception {
    FileSystem fileSystem = Storage.open(Units.hadoopPath(folder), new Configuration());
    Path local = folder.resolve("000001-000001-00000000.parquet");
    List<UnitText> units =
        IntStream.range(0, 12)
            .mapToObj(i -> UnitText.of(Units.unit(i)))
            .sorted((left, right) -> left.key().compareTo(right.key()))
            .toList();
    Iterator<UnitText> remaining = units.iterator();
    PackFile pack =
        PackFile.write(
            fileSystem,
            Units.hadoopPath(local),
            () -> remaining.hasNext() ? Optional.of(remaining.next()) : Optional.empty());
    assertThat(contents(pack)).isEqualTo(units);
    byte[] whole = Files.readAllBytes(local);

    int noticed = 0;
    int tried = 0;
    for (int i = 0; i < whole.length; i += 7) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) (1 << i % 8);
      Files.write(local, changed);
      tried++;
      try {
        List<UnitText> read = contents(pack);
        assertThat(units).as("byte " + i).containsAll(read);
        noticed += read.equals(units) ? 0 : 1;
      } catch (DamagedFileException e) {
        noticed++;
      }
      assertKeysAreGenuine(pack, units, i);
    }
    // What is left are statistics and other parts that a reader does not use.
    assertThat(noticed).isGreaterThan(tried / 2);
    for (int length = 0; length < whole.length; length += 37) {
      Files.write(local, Arrays.copyOf(whole, length));
      assertThatThrownBy(pack::kindsByKey).isInstanceOf(DamagedFileException.class);
    }
  }

  private static void assertKeysAreGenuine(PackFile pack, List<UnitText> units, int position)
      throws IOException {
    try {
      Map<UnitKey, String> keys = pack.kindsByKey();
      assertThat(units.stream().map(UnitText::key).toList())
          .as("byte " + position)
          .containsAll(keys.keySet());
      UnitText unit = units.get(position % units.size());
      assertThat(pack.read(unit.key())).isEqualTo(unit);
    } catch (DamagedFileException e) {
      // Noticed, which is as good.
    }
  }

  private static List<UnitText> contents(PackFile pack) throws IOException, DamagedFileException {
    List<UnitText> units = new ArrayList<>();
    try (PackFile.Rows rows = pack.rows(Optional.empty())) {
      for (Optional<UnitText> unit = rows.next(); unit.isPresent(); unit = rows.next()) {
        units.add(unit.get());
      }
    }
    return units;
  }

  @Test
  void keepsWhatCanBeReadOfADamagedPack() throws IOException {
    Path pack = packed(100);
    flip(pack, 5_000);

    LedgerReader reader = Units.read(root());
    Map<Integer, Unit> readable = Units.all(reader);
    assertThat(readable.size()).isBetween(1, 99);
    assertThat(Units.numbered(100).entrySet()).containsAll(readable.entrySet());
    assertThat(reader.remarks()).singleElement().asString().contains(pack.getFileName().toString());
    assertThat(pack).exists();
    try (Ledger ledger = Units.open(root())) {
      assertThat(Units.all(ledger)).isEqualTo(readable);
      assertThat(ledger.remarks())
          .singleElement()
          .asString()
          .contains(pack.toString(), "damaged/000002-0-", 100 - readable.size() + " of its 100");
      assertThat(pack).doesNotExist();
      Units.numbered(100).values().forEach(ledger::add);
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(100));
    }
    try (Ledger ledger = Units.open(root())) {
      assertThat(ledger.remarks()).isEmpty();
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(100));
    }
  }

  @Test // A run crashed before it had read its pack back and removed what the pack replaces.
  void keepsLooseFilesWhosePackIsDamaged() throws IOException {
    Path saved = Files.createDirectory(folder.resolve("saved"));
    try (Ledger ledger = Units.open(root())) {
      Units.numbered(100).values().forEach(ledger::add);
      copy(root().resolve("units"), saved);
      ledger.compact();
    }
    Path packs = root().resolve("packs");
    flip(packs.resolve(Units.files(packs).get(0)), 5_000);
    copy(saved, root().resolve("units"));

    try (Ledger ledger = Units.open(root())) {
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(100));
    }
    try (Ledger ledger = Units.open(root())) {
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(100));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (String name : Units.files(from)) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
  }

  @Test // A run crashed before it had read the pack back into which it had merged others.
  void keepsPacksWhoseMergerIsDamaged() throws IOException {
    Path saved = Files.createDirectory(folder.resolve("saved"));
    Path packs = root().resolve("packs");
    try (Ledger ledger = Units.open(root())) {
      for (int i = 0; i < 17; i++) {
        for (int number = 6 * i; number < 6 * i + 6; number++) {
          ledger.add(Units.unit(number));
        }
        if (i == 16) {
          copy(packs, saved);
        }
        ledger.compact();
      }
    }
    List<String> merged = new ArrayList<>(Units.files(packs));
    merged.removeAll(Units.files(saved));
    Path merger = packs.resolve(merged.get(merged.size() - 1));
    flip(merger, (int) Files.size(merger) / 2);
    for (String name : Units.files(saved)) {
      Files.copy(saved.resolve(name), packs.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    try (Ledger ledger = Units.open(root())) {
      // The last six units were in no pack yet when the packs were saved.
      assertThat(Units.all(ledger)).containsAllEntriesOf(Units.numbered(96));
      assertThat(ledger.remarks()).singleElement().asString().contains(merger.toString(), "aside");
    }
    assertThat(Units.files(packs)).containsAll(Units.files(saved));
  }

  @Test
  void setsAsideWhatIsNoPack() throws IOException {
    Path pack = packed(20);
    truncate(pack, 3000);
    Files.writeString(
        pack.resolveSibling("000001-000002-00000000.parquet"), "PAR1 not really PAR1");
    Files.createFile(pack.resolveSibling("000001-000003-00000000.parquet"));

    try (Ledger ledger = Units.open(root())) {
      assertThat(ledger.remarks()).hasSize(3);
      assertThat(Units.all(ledger)).isEmpty();
      Units.numbered(20).values().forEach(ledger::add);
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(20));
    }
    assertThat(Units.files(root().resolve("packs"))).isEmpty();
  }

  @Test // Damaged lengths ask for more memory than there is; a heap may also be full of other
  // things.
  void doesNotTakeAFullHeapForADamagedFile() {
    OutOfMemoryError failure = new OutOfMemoryError("Java heap space");
    assertThat(PackRows.isDamage(failure, 10L << 20)).isFalse();
    assertThat(PackRows.isDamage(failure, 1L << 30)).isTrue();
    assertThat(PackRows.isDamage(new IllegalStateException(), 0)).isTrue();
  }

  @Test
  void doesNotTakeAStorageThatFailsForADamagedFile() throws IOException {
    Path pack = packed(20);
    Configuration hadoop = FaultyFileSystem.configuration();
    FaultyFileSystem.fail(
        hadoop, FaultyFileSystem.Operation.READ, "packs", FaultyFileSystem.Fault.THROW, 100);

    assertThatThrownBy(
            () ->
                Ledger.open(
                    FaultyFileSystem.path(root()), Units.identity(), Units.STALE_AFTER, hadoop))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
        .hasMessageContaining("cannot open the ledger: injected failure")
        .hasMessageNotContaining("\n");
    assertThat(pack).exists();
    assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(20));
  }

  private Path packed(int count) {
    try (Ledger ledger = Units.open(root())) {
      Units.numbered(count).values().forEach(ledger::add);
      ledger.compact();
    }
    Path packs = root().resolve("packs");
    return packs.resolve(Units.files(packs).get(0));
  }

  private static void flip(Path file, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[position] ^= 0x10;
    Files.write(file, bytes);
  }

  private static void truncate(Path file, int length) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
  }
}

package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.Problems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves units from many files to few. Files are removed only once a newer, complete pack holds
 * their units: after writing a pack, a run reads it back before it removes the files that the pack
 * replaces. If the run crashes in between, {@link #tidy} of a later run removes them. So a crash,
 * or a second process that believes it is the holder, can leave a unit in two files but can't lose
 * it.
 *
 * <p>Not thread-safe: callers must not use it from two threads at once.
 */
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  /** If there are more packs than this, the smallest are merged. */
  private static final int MOST_PACKS = 16;

  private final FileSystem fileSystem;
  private final UnitReader units;
  private final Quarantine quarantine;
  private final WriterId writer;
  private final Remarks remarks;

  Compaction(
      FileSystem fileSystem,
      UnitReader units,
      Quarantine quarantine,
      WriterId writer,
      Remarks remarks) {
    this.fileSystem = fileSystem;
    this.units = units;
    this.quarantine = quarantine;
    this.writer = writer;
    this.remarks = remarks;
  }

  /**
   * Removes the duplicates and the incomplete files that a scan has found, and sets damaged files
   * aside.
   */
  void tidy(Scan scan) throws IOException {
    for (Path leftover : scan.leftovers()) {
      HadoopFiles.delete(fileSystem, leftover);
    }
    removeDuplicates(scan);
    for (Map.Entry<Path, DamagedFileException> damaged : scan.damaged().entrySet()) {
      String name = quarantine.move(damaged.getKey());
      remark(damaged.getKey(), damaged.getValue(), name, "what it held is done again");
    }
  }

  /**
   * Removes the loose files and the packs whose units are in newer packs, if these can be read: the
   * run that wrote them may have crashed before it had read them back. Else the units are taken
   * from their loose files and older packs.
   */
  private void removeDuplicates(Scan scan) throws IOException {
    Collection<UnitLocation> places =
        scan.redundant().isEmpty()
            ? scan.duplicates().stream().map(units.index()::get).toList()
            : units.index().values();
    Set<PackFile> newer = new HashSet<>();
    places.forEach(place -> place.pack().ifPresent(newer::add));
    Map<PackFile, DamagedFileException> damaged = new HashMap<>();
    for (PackFile pack : newer) {
      damage(pack).ifPresent(damage -> damaged.put(pack, damage));
    }
    List<UnitKey> removable = new ArrayList<>();
    for (UnitKey key : scan.duplicates()) {
      UnitLocation place = units.index().get(key);
      if (isIn(damaged.keySet(), place)) {
        units.index().put(key, UnitLocation.loose(place.kind()));
      } else {
        removable.add(key);
      }
    }
    units.loose().delete(removable);
    if (damaged.isEmpty()) {
      for (PackFile pack : scan.redundant()) {
        units.packs().delete(pack);
      }
    } else if (!scan.redundant().isEmpty()) {
      takeFromOlder(scan.redundant(), damaged);
    }
  }

  /** Points the index to the packs that damaged ones should have replaced, and sets these aside. */
  private void takeFromOlder(List<PackFile> older, Map<PackFile, DamagedFileException> damaged)
      throws IOException {
    for (PackFile pack : older) {
      Map<UnitKey, String> held;
      try {
        held = readAll(pack);
      } catch (DamagedFileException e) {
        LOG.debug("{} is damaged, too", Problems.show(pack.path()), e);
        continue;
      }
      held.forEach(
          (key, kind) ->
              units
                  .index()
                  .computeIfPresent(
                      key,
                      (same, place) ->
                          isIn(damaged.keySet(), place) ? UnitLocation.inPack(pack, kind) : place));
    }
    for (Map.Entry<PackFile, DamagedFileException> pack : damaged.entrySet()) {
      rescue(pack.getKey(), pack.getValue());
    }
  }

  private static boolean isIn(Set<PackFile> packs, UnitLocation place) {
    return place.pack().filter(packs::contains).isPresent();
  }

  /** Returns what is wrong with a pack; empty if all of it can be read. */
  private static Optional<DamagedFileException> damage(PackFile pack) throws IOException {
    try {
      readAll(pack);
      return Optional.empty();
    } catch (DamagedFileException e) {
      return Optional.of(e);
    }
  }

  /**
   * Sets aside the damaged file that holds a unit. The undamaged units of a damaged pack are first
   * written to a new pack.
   */
  void setAsideDamaged(UnitKey key, UnitLocation place, DamagedFileException damage)
      throws IOException {
    if (!place.equals(units.index().get(key))) {
      return; // Another thread has dealt with it.
    }
    if (place.pack().isPresent()) {
      rescue(place.pack().get(), damage);
    } else {
      Path file = units.loose().path(key);
      String name = quarantine.move(file);
      units.index().remove(key, place);
      remark(file, damage, name, "what it held is done again");
    }
  }

  /** Moves all loose units into a pack, and merges packs if there are too many. */
  void run() throws IOException {
    pack(looseKeys());
    List<PackFile> packs = units.packs().list().packs();
    if (packs.size() > MOST_PACKS) {
      merge(packs);
    }
  }

  private Set<UnitKey> looseKeys() {
    Set<UnitKey> keys = new TreeSet<>();
    units
        .index()
        .forEach(
            (key, place) -> {
              if (place.pack().isEmpty()) {
                keys.add(key);
              }
            });
    return keys;
  }

  private void pack(Set<UnitKey> keys) throws IOException {
    Map<UnitKey, String> packed = write(keys.iterator(), this::readLoose);
    List<UnitKey> removable = new ArrayList<>();
    packed.keySet().stream().filter(keys::contains).forEach(removable::add);
    units.loose().delete(removable);
  }

  /**
   * Merges the smallest packs into one, so that half of {@link #MOST_PACKS} remain beside it. Large
   * packs are left as they are, since copying them again and again would take long.
   */
  private void merge(List<PackFile> packs) throws IOException {
    Map<PackFile, Long> bytes = new HashMap<>();
    for (PackFile pack : packs) {
      bytes.put(pack, fileSystem.getFileStatus(pack.path()).getLen());
    }
    List<PackFile> small =
        packs.stream()
            .sorted(Comparator.comparing(bytes::get))
            .limit(packs.size() - MOST_PACKS / 2)
            .sorted(Comparator.comparing(PackFile::name)) // the oldest first
            .toList();
    Path path = units.packs().nextPath(writer);
    try (PackMerge merge = PackMerge.of(small)) {
      verifyAndIndex(PackFile.write(fileSystem, path, merge));
    } catch (DamagedFileException e) {
      // The pack is set aside when its damaged unit is next read; merging can wait until then.
      remarks.add(
          Problems.show(path) + ": packs can't be merged, as one of them " + e.getMessage());
      return;
    }
    for (PackFile pack : small) {
      units.packs().delete(pack);
    }
  }

  /** Writes the undamaged units of a damaged pack to a new one, then sets the damaged one aside. */
  private void rescue(PackFile pack, DamagedFileException damage) throws IOException {
    Set<UnitKey> held = new TreeSet<>();
    units
        .index()
        .forEach(
            (key, place) -> {
              if (place.pack().equals(Optional.of(pack))) {
                held.add(key);
              }
            });
    Set<UnitKey> lost = new HashSet<>(held);
    Map<UnitKey, String> kept = write(held.iterator(), key -> Optional.of(pack.read(key)));
    lost.removeAll(kept.keySet());
    String name = quarantine.move(pack.path());
    lost.forEach(key -> units.index().computeIfPresent(key, (same, place) -> without(place, pack)));
    remark(
        pack.path(),
        damage,
        name,
        "%d of its %d units are done again".formatted(lost.size(), held.size()));
  }

  /** Returns {@code place}; null, which removes it from the index, if it is in {@code pack}. */
  private static UnitLocation without(UnitLocation place, PackFile pack) {
    return place.pack().equals(Optional.of(pack)) ? null : place;
  }

  /** Reads a unit that is to be written to a new pack. */
  private interface Read {
    /** Returns the unit; empty if it is not there any more. */
    Optional<UnitText> read(UnitKey key) throws IOException, DamagedFileException;
  }

  private Optional<UnitText> readLoose(UnitKey key) throws IOException, DamagedFileException {
    try {
      return Optional.of(units.loose().read(key));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes units as a pack and returns the kinds of those written, by key. Leaves out units that
   * are gone or damaged.
   */
  private Map<UnitKey, String> write(Iterator<UnitKey> keys, Read read) throws IOException {
    return write(
        () -> {
          Optional<UnitText> unit = Optional.empty();
          while (unit.isEmpty() && keys.hasNext()) {
            unit = undamaged(keys.next(), read);
          }
          return unit;
        });
  }

  private static Optional<UnitText> undamaged(UnitKey key, Read read) throws IOException {
    try {
      return read.read(key);
    } catch (DamagedFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes a pack and points the index to it. Returns the kinds of its units, by key; none, and
   * writes nothing, if there are no units.
   */
  private Map<UnitKey, String> write(PackFile.Source source) throws IOException {
    try {
      Optional<UnitText> first = source.next();
      if (first.isEmpty()) {
        return Map.of();
      }
      // The first unit is taken before the file is created, so that no pack without units appears.
      Iterator<UnitText> firstAlone = List.of(first.get()).iterator();
      PackFile.Source all =
          () -> firstAlone.hasNext() ? Optional.of(firstAlone.next()) : source.next();
      return verifyAndIndex(PackFile.write(fileSystem, units.packs().nextPath(writer), all));
    } catch (DamagedFileException e) {
      throw new IOException("a new pack does not hold what was written to it", e);
    }
  }

  /**
   * Reads all of a new pack, and points the index to it. Returns the kinds of its units, by key.
   */
  private Map<UnitKey, String> verifyAndIndex(PackFile pack)
      throws IOException, DamagedFileException {
    Map<UnitKey, String> keys = readAll(pack);
    keys.forEach((key, kind) -> units.index().put(key, UnitLocation.inPack(pack, kind)));
    return keys;
  }

  /** Reads all of a pack, and returns the kinds of its units, by key. */
  private static Map<UnitKey, String> readAll(PackFile pack)
      throws IOException, DamagedFileException {
    Map<UnitKey, String> keys = new HashMap<>();
    try (PackFile.Rows rows = pack.rows(Optional.empty())) {
      for (Optional<UnitText> unit = rows.next(); unit.isPresent(); unit = rows.next()) {
        keys.put(unit.get().key(), unit.get().kind());
      }
    }
    if (!pack.kindsByKey().equals(keys)) {
      throw new DamagedFileException("lists other units than it holds");
    }
    return keys;
  }

  private void remark(Path file, DamagedFileException damage, String name, String result) {
    remarks.add(
        Problems.show(file)
            + ": "
            + damage.getMessage()
            + "; it was set aside as "
            + name
            + ", and "
            + result);
  }
}

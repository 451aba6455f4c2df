package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.Problems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads the units of a folder of loose files and a folder of packs, using an index in memory. A
 * unit that was moved since it was indexed, for example into a pack by another process, is found at
 * its new place. Several threads may use it at once.
 */
final class UnitReader {
  private static final int MOST_TRIES = 20;

  private final Path root;
  private final LooseFiles loose;
  private final Packs packs;
  private final DamageHandler damageHandler;
  private final Map<UnitKey, UnitLocation> index = new ConcurrentHashMap<>();

  /** What is done about a file that does not hold what was written. */
  interface DamageHandler {
    /**
     * Deals with the file of {@code place}; afterwards the index no longer maps {@code key} to
     * {@code place}.
     */
    void handle(UnitKey key, UnitLocation place, DamagedFileException damage) throws IOException;
  }

  /**
   * Reads the units in {@code folder} and {@code packFolder}. The index is empty until {@link
   * #scan} is called.
   *
   * @param root for messages
   */
  UnitReader(FileSystem fileSystem, Path root, Path folder, Path packFolder, DamageHandler damage) {
    this.root = root;
    this.loose = new LooseFiles(fileSystem, folder);
    this.packs = new Packs(fileSystem, packFolder);
    this.damageHandler = damage;
  }

  /** Returns the place of each known unit; callers may change the map. */
  Map<UnitKey, UnitLocation> index() {
    return index;
  }

  LooseFiles loose() {
    return loose;
  }

  Packs packs() {
    return packs;
  }

  /** Scans both folders and adds all units to the index. */
  Scan scan() throws IOException {
    Scan scan = Scan.of(loose, packs);
    index.putAll(scan.places());
    return scan;
  }

  /**
   * Scans both folders again and updates the places of the units that are in the index; adds no
   * units to it. Returns all places that were found.
   */
  private Map<UnitKey, UnitLocation> rescan() throws IOException {
    Map<UnitKey, UnitLocation> places = Scan.of(loose, packs).places();
    places.forEach((key, place) -> index.computeIfPresent(key, (same, before) -> place));
    return places;
  }

  boolean contains(UnitKey key) {
    return index.containsKey(key);
  }

  /** Returns the keys of the units of a kind, or of all units, sorted. */
  Set<UnitKey> keys(Optional<String> kind) {
    Set<UnitKey> keys = new TreeSet<>();
    index.forEach(
        (key, place) -> {
          if (kind.isEmpty() || kind.get().equals(place.kind())) {
            keys.add(key);
          }
        });
    return keys;
  }

  /** Returns the unit of a key; empty if it is missing or damaged. */
  Optional<UnitText> find(UnitKey key) {
    try {
      for (int i = 0; i < MOST_TRIES; i++) {
        UnitLocation place = index.get(key);
        if (place == null) {
          return Optional.empty();
        }
        try {
          return Optional.of(
              place.pack().isPresent() ? place.pack().get().read(key) : loose.read(key));
        } catch (FileNotFoundException e) {
          if (!rescan().containsKey(key)) {
            index.remove(key, place);
          }
        } catch (DamagedFileException e) {
          damageHandler.handle(key, place, e);
        }
      }
      throw new IOException("its file was moved each time before it could be read");
    } catch (IOException e) {
      throw Problems.storage(root, "cannot read unit " + key, e);
    }
  }

  /**
   * Passes each unit of a kind, or each unit, to {@code consumer} once, in no particular order. One
   * unit at a time is in memory. Units that are added during the call may be left out.
   */
  void forEach(Optional<String> kind, Consumer<UnitText> consumer) {
    forEach(kind, new HashSet<>(keys(kind)), consumer);
  }

  /**
   * Returns those units of {@code keys} that exist and are not damaged. Each pack is read once.
   *
   * @param kind the kind of these units; units of other kinds are found, too, but read one by one
   */
  Map<UnitKey, UnitText> find(String kind, Set<UnitKey> keys) {
    Map<UnitKey, UnitText> found = new HashMap<>();
    forEach(Optional.of(kind), new HashSet<>(keys), unit -> found.put(unit.key(), unit));
    return found;
  }

  private void forEach(Optional<String> kind, Set<UnitKey> wanted, Consumer<UnitText> consumer) {
    Set<PackFile> inPacks = new HashSet<>();
    for (UnitKey key : wanted) {
      UnitLocation place = index.get(key);
      if (place != null) {
        place.pack().ifPresent(inPacks::add);
      }
    }
    for (PackFile pack : inPacks) {
      forEach(pack, kind, wanted, consumer);
    }
    for (UnitKey key : wanted) {
      find(key).ifPresent(consumer);
    }
  }

  private static void forEach(
      PackFile pack, Optional<String> kind, Set<UnitKey> wanted, Consumer<UnitText> consumer) {
    try (PackFile.Rows rows = pack.rows(kind)) {
      for (Optional<UnitText> unit = rows.next(); unit.isPresent(); unit = rows.next()) {
        if (wanted.remove(unit.get().key())) {
          consumer.accept(unit.get());
        }
      }
    } catch (FileNotFoundException | DamagedFileException e) {
      // The units left in wanted are read one by one, which also deals with damage.
    } catch (IOException e) {
      throw Problems.storage(pack.path(), "cannot read", e);
    }
  }
}

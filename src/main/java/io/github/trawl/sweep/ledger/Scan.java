package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.ParallelRequests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.Path;

/**
 * Finds what a folder of loose files and a folder of packs hold: where the units are, and which
 * files are superfluous or damaged. Changes no files.
 *
 * <p>A unit that another process compacts during the scan is still found, in its old place or its
 * new one: loose files are listed before packs, a pack is complete before the files that it
 * replaces are removed, and the scan is repeated if a pack was added or removed in the meantime.
 */
final class Scan {
  private static final int MOST_TRIES = 20;

  private final Map<UnitKey, UnitLocation> places = new ConcurrentHashMap<>();
  private final List<UnitKey> duplicates = new ArrayList<>();
  private final List<PackFile> redundant = new ArrayList<>();
  private final Map<Path, DamagedFileException> damaged = new ConcurrentHashMap<>();
  private final List<Path> leftovers = new ArrayList<>();

  private Scan() {}

  /** Scans both folders, and starts over if files were moved in the meantime. */
  static Scan of(LooseFiles loose, Packs packs) throws IOException {
    FileNotFoundException gone = null;
    for (int i = 0; i < MOST_TRIES; i++) {
      try {
        Scan scan = new Scan();
        LooseFiles.Listing files = loose.list();
        Packs.Listing listing = packs.list();
        scan.locate(listing.packs());
        scan.locate(loose, files.keys());
        scan.leftovers.addAll(files.leftovers());
        scan.leftovers.addAll(listing.leftovers());
        if (packs.list().packs().equals(listing.packs())) {
          return scan;
        }
      } catch (FileNotFoundException e) {
        gone = e;
      }
    }
    throw new IOException("the files keep changing while they are read", gone);
  }

  /** Returns the place of each unit. */
  Map<UnitKey, UnitLocation> places() {
    return places;
  }

  /** Returns the units that have a loose file although they are in a pack. */
  List<UnitKey> duplicates() {
    return duplicates;
  }

  /** Returns the packs whose units are all in later packs, too. */
  List<PackFile> redundant() {
    return redundant;
  }

  /** Returns the files that do not hold what was written, and why. */
  Map<Path, DamagedFileException> damaged() {
    return damaged;
  }

  /** Returns the hidden files of writes that were not completed. */
  List<Path> leftovers() {
    return leftovers;
  }

  /**
   * Finds the units of packs. If several packs hold a unit, its place is the latest of them.
   *
   * @param packs the oldest first
   */
  private void locate(List<PackFile> packs) throws IOException {
    List<PackFile> read = new ArrayList<>();
    for (PackFile pack : packs) {
      try {
        pack.kindsByKey().forEach((key, kind) -> places.put(key, UnitLocation.inPack(pack, kind)));
        read.add(pack);
      } catch (DamagedFileException e) {
        damaged.put(pack.path(), e);
      }
    }
    Set<PackFile> used = new HashSet<>();
    places.values().forEach(place -> place.pack().ifPresent(used::add));
    read.stream().filter(pack -> !used.contains(pack)).forEach(redundant::add);
  }

  private void locate(LooseFiles loose, Set<UnitKey> keys) throws IOException {
    List<UnitKey> looseOnly = new ArrayList<>();
    for (UnitKey key : keys) {
      (places.containsKey(key) ? duplicates : looseOnly).add(key);
    }
    ParallelRequests.forEach(
        looseOnly,
        key -> {
          try {
            places.put(key, UnitLocation.loose(loose.read(key).kind()));
          } catch (DamagedFileException e) {
            damaged.put(loose.path(key), e);
          }
        });
  }
}

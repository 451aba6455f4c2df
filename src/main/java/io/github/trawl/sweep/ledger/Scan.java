package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.InParallel;
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
 * What a store holds, found by looking; nothing is changed.
 *
 * <p>A unit that is compacted while this looks is found in one place or the other: loose files are
 * listed before packs, a pack is complete before what it replaces is removed, and it is all looked
 * at again if packs came or went meanwhile.
 */
final class Scan {
  private static final int MOST_TRIES = 20;

  private final Map<UnitKey, Place> places = new ConcurrentHashMap<>();
  private final List<UnitKey> duplicates = new ArrayList<>();
  private final List<PackFile> redundant = new ArrayList<>();
  private final Map<Path, DamagedException> damaged = new ConcurrentHashMap<>();
  private final List<Path> leftovers = new ArrayList<>();

  private Scan() {}

  /** Looks until nothing has moved. */
  static Scan of(LooseFiles loose, Packs packs) throws IOException {
    FileNotFoundException gone = null;
    for (int i = 0; i < MOST_TRIES; i++) {
      try {
        Scan scan = new Scan();
        LooseFiles.Listing files = loose.list();
        Packs.Listing listing = packs.list();
        scan.look(listing.packs());
        scan.look(loose, files.keys());
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

  /** Where each unit is. */
  Map<UnitKey, Place> places() {
    return places;
  }

  /** Loose files of units that are in a pack. */
  List<UnitKey> duplicates() {
    return duplicates;
  }

  /** Packs of which each unit is in a later one. */
  List<PackFile> redundant() {
    return redundant;
  }

  /** Files that do not hold what was written. */
  Map<Path, DamagedException> damaged() {
    return damaged;
  }

  /** Hidden files of writes that did not end. */
  List<Path> leftovers() {
    return leftovers;
  }

  /** The oldest first, so that the latest of several that hold a unit is its place. */
  private void look(List<PackFile> packs) throws IOException {
    List<PackFile> read = new ArrayList<>();
    for (PackFile pack : packs) {
      try {
        pack.keys().forEach((key, kind) -> places.put(key, Place.in(pack, kind)));
        read.add(pack);
      } catch (DamagedException e) {
        damaged.put(pack.path(), e);
      }
    }
    Set<PackFile> used = new HashSet<>();
    places.values().forEach(place -> place.pack().ifPresent(used::add));
    read.stream().filter(pack -> !used.contains(pack)).forEach(redundant::add);
  }

  private void look(LooseFiles loose, Set<UnitKey> keys) throws IOException {
    List<UnitKey> alone = new ArrayList<>();
    for (UnitKey key : keys) {
      (places.containsKey(key) ? duplicates : alone).add(key);
    }
    InParallel.forEach(
        alone,
        key -> {
          try {
            places.put(key, Place.loose(loose.read(key).kind()));
          } catch (DamagedException e) {
            damaged.put(loose.path(key), e);
          }
        });
  }
}

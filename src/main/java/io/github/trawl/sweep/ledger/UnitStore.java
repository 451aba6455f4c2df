package io.github.trawl.sweep.ledger;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads and writes the units in a folder of loose files and a folder of packs, for the holder of
 * the output.
 */
final class UnitStore {
  private final UnitReads reads;
  private final Compaction compaction;
  private final ReentrantLock compacting = new ReentrantLock();

  private UnitStore(
      FileSystem fileSystem,
      Path root,
      String folder,
      String packs,
      Writer writer,
      Remarks remarks) {
    this.reads =
        new UnitReads(
            fileSystem, root, new Path(root, folder), new Path(root, packs), this::remove);
    SetAside setAside = new SetAside(fileSystem, new Path(root, Ledger.DAMAGED), writer.epoch());
    this.compaction = new Compaction(fileSystem, reads, setAside, writer, remarks);
  }

  /** Opens a store: finds its units, and cleans up what earlier runs have left. */
  static UnitStore open(
      FileSystem fileSystem, Path root, String folder, String packs, Writer writer, Remarks remarks)
      throws IOException {
    fileSystem.mkdirs(new Path(root, folder));
    fileSystem.mkdirs(new Path(root, packs));
    UnitStore store = new UnitStore(fileSystem, root, folder, packs, writer, remarks);
    store.compaction.tidy(store.reads.look());
    return store;
  }

  UnitReads reads() {
    return reads;
  }

  int countLoose() {
    return (int) reads.index().values().stream().filter(place -> place.pack().isEmpty()).count();
  }

  /**
   * Writes the loose file of a unit.
   *
   * @return whether it was written; false if there was one
   */
  boolean create(UnitText unit) throws IOException {
    if (!reads.loose().create(unit)) {
      return false;
    }
    reads.index().put(unit.key(), Place.loose(unit.kind()));
    return true;
  }

  /**
   * Removes a unit from the index, and its loose file if it has one. A unit in a pack stays in the
   * pack.
   */
  void forget(UnitKey key) throws IOException {
    Place place = reads.index().remove(key);
    if (place != null && place.pack().isEmpty()) {
      reads.loose().delete(List.of(key));
    }
  }

  void compact() throws IOException {
    compacting.lock();
    try {
      compaction.run();
    } finally {
      compacting.unlock();
    }
  }

  /** Compacts unless another thread is doing so; returns whether it did. */
  boolean tryCompact() throws IOException {
    if (!compacting.tryLock()) {
      return false;
    }
    try {
      compaction.run();
      return true;
    } finally {
      compacting.unlock();
    }
  }

  /** Runs {@code last} while nothing is compacted. */
  void afterCompaction(Runnable last) {
    compacting.lock();
    try {
      last.run();
    } finally {
      compacting.unlock();
    }
  }

  private void remove(UnitKey key, Place place, DamagedException damage) throws IOException {
    compacting.lock();
    try {
      compaction.remove(key, place, damage);
    } finally {
      compacting.unlock();
    }
  }
}

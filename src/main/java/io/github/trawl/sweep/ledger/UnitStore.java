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
  private final UnitReader reader;
  private final Compaction compaction;
  private final ReentrantLock compacting = new ReentrantLock();

  private UnitStore(
      FileSystem fileSystem,
      Path root,
      String folder,
      String packs,
      WriterId writer,
      Remarks remarks) {
    this.reader =
        new UnitReader(
            fileSystem, root, new Path(root, folder), new Path(root, packs), this::handleDamage);
    Quarantine quarantine =
        new Quarantine(fileSystem, new Path(root, Ledger.DAMAGED), writer.epoch());
    this.compaction = new Compaction(fileSystem, reader, quarantine, writer, remarks);
  }

  /** Opens a store: finds its units, and cleans up what earlier runs have left. */
  static UnitStore open(
      FileSystem fileSystem,
      Path root,
      String folder,
      String packs,
      WriterId writer,
      Remarks remarks)
      throws IOException {
    fileSystem.mkdirs(new Path(root, folder));
    fileSystem.mkdirs(new Path(root, packs));
    UnitStore store = new UnitStore(fileSystem, root, folder, packs, writer, remarks);
    store.compaction.tidy(store.reader.scan());
    return store;
  }

  UnitReader reader() {
    return reader;
  }

  int countLoose() {
    return (int) reader.index().values().stream().filter(place -> place.pack().isEmpty()).count();
  }

  /**
   * Writes the loose file of a unit.
   *
   * @return whether it was written; false if the unit already had a loose file
   */
  boolean create(UnitText unit) throws IOException {
    if (!reader.loose().create(unit)) {
      return false;
    }
    reader.index().put(unit.key(), UnitLocation.loose(unit.kind()));
    return true;
  }

  /**
   * Removes a unit from the index, and its loose file if it has one. A unit in a pack stays in the
   * pack.
   */
  void forget(UnitKey key) throws IOException {
    UnitLocation place = reader.index().remove(key);
    if (place != null && place.pack().isEmpty()) {
      reader.loose().delete(List.of(key));
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

  /** Waits for a compaction that is under way, and runs {@code last} before another can begin. */
  void afterCompaction(Runnable last) {
    compacting.lock();
    try {
      last.run();
    } finally {
      compacting.unlock();
    }
  }

  private void handleDamage(UnitKey key, UnitLocation place, DamagedFileException damage)
      throws IOException {
    compacting.lock();
    try {
      compaction.setAsideDamaged(key, place, damage);
    } finally {
      compacting.unlock();
    }
  }
}

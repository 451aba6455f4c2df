package io.github.trawl.sweep.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Merges several packs into one sequence of units in the order of their keys, each unit once. */
final class PackMerge implements PackFile.Source, Closeable {
  private final List<PackFile.Rows> open = new ArrayList<>();
  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(Comparator.comparing(head -> head.unit.key()));
  private Optional<UnitKey> last = Optional.empty();

  /** The next unit of a pack, and the rows that follow it. */
  private record Head(UnitText unit, PackFile.Rows rows) {}

  private PackMerge() {}

  static PackMerge of(List<PackFile> packs) throws IOException, DamagedFileException {
    PackMerge merge = new PackMerge();
    try {
      for (PackFile pack : packs) {
        PackFile.Rows rows = pack.rows(Optional.empty());
        merge.open.add(rows);
        merge.push(rows);
      }
      return merge;
    } catch (IOException | DamagedFileException | RuntimeException e) {
      merge.close();
      throw e;
    }
  }

  @Override
  public Optional<UnitText> next() throws IOException, DamagedFileException {
    while (!heads.isEmpty()) {
      Head head = heads.remove();
      push(head.rows());
      // Copies of a unit from several packs come one after the other; only the first is returned.
      if (!last.equals(Optional.of(head.unit().key()))) {
        last = Optional.of(head.unit().key());
        return Optional.of(head.unit());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    open.forEach(PackFile.Rows::close);
  }

  private void push(PackFile.Rows rows) throws IOException, DamagedFileException {
    rows.next().ifPresent(unit -> heads.add(new Head(unit, rows)));
  }
}

package io.github.trawl.sweep.ledger;

import java.util.Optional;

/**
 * Where a unit is stored.
 *
 * @param kind of the unit
 * @param pack the pack that holds it; empty if it is in a loose file
 */
record UnitLocation(String kind, Optional<PackFile> pack) {
  static UnitLocation loose(String kind) {
    return new UnitLocation(kind, Optional.empty());
  }

  static UnitLocation inPack(PackFile pack, String kind) {
    return new UnitLocation(kind, Optional.of(pack));
  }
}

package io.github.trawl.sweep.ledger;

import java.util.Optional;

/**
 * Where a unit is stored.
 *
 * @param kind of the unit
 * @param pack the pack that holds it; empty if it is in a loose file
 */
record Place(String kind, Optional<PackFile> pack) {
  static Place loose(String kind) {
    return new Place(kind, Optional.empty());
  }

  static Place in(PackFile pack, String kind) {
    return new Place(kind, Optional.of(pack));
  }
}

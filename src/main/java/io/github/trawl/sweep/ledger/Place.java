package io.github.trawl.sweep.ledger;

import java.util.Optional;

/**
 * Where a unit is.
 *
 * @param kind of the unit
 * @param pack that holds it; if none does, it is a loose file
 */
record Place(String kind, Optional<PackFile> pack) {
  static Place loose(String kind) {
    return new Place(kind, Optional.empty());
  }

  static Place in(PackFile pack, String kind) {
    return new Place(kind, Optional.of(pack));
  }
}

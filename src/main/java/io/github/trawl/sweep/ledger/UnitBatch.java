package io.github.trawl.sweep.ledger;

import java.util.Map;
import java.util.Optional;

/** Units that were read together; each is held as text and parsed by {@link #find}. */
public final class UnitBatch {
  private final Map<UnitKey, UnitText> texts;

  UnitBatch(Map<UnitKey, UnitText> texts) {
    this.texts = Map.copyOf(texts);
  }

  /**
   * Returns the unit of one of the keys with which the batch was read; empty if it was not
   * finished.
   */
  public Optional<Unit> find(UnitKey key) {
    return Optional.ofNullable(texts.get(key)).map(UnitText::unit);
  }
}

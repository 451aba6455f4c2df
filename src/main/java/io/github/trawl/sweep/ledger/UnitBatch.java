package io.github.trawl.sweep.ledger;

import java.util.Map;
import java.util.Optional;

/** Units that were read together, kept as text. */
public final class UnitBatch {
  private final Map<UnitKey, UnitText> texts;

  UnitBatch(Map<UnitKey, UnitText> texts) {
    this.texts = Map.copyOf(texts);
  }

  /** The unit of one of the keys that were asked for, if it is finished. */
  public Optional<Unit> find(UnitKey key) {
    return Optional.ofNullable(texts.get(key)).map(UnitText::unit);
  }
}

package io.github.trawl.plan;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.Locale;

/** How far a stack reaches. */
public enum Strategy {
  /** One stack per layer. */
  LAYER,
  /** One stack for each third of the model: early, middle, late. */
  SEGMENT,
  /** One stack across the model. */
  MODEL;

  /**
   * The strategy named {@code text}, in any case.
   *
   * @throws TrawlException of category {@code USAGE} if there is none
   */
  public static Strategy parse(String text) {
    for (Strategy strategy : values()) {
      if (strategy.key().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return strategy;
      }
    }
    throw new TrawlException(
        ErrorCategory.USAGE, "strategy \"%s\" is not one of layer, segment, model".formatted(text));
  }

  /** The name in flags and configurations. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}

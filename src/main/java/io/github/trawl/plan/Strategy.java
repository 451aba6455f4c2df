package io.github.trawl.plan;

import java.util.Locale;

/** Which layers share a stack. */
public enum Strategy {
  /** One stack per layer. */
  LAYER,
  /** One stack for each third of the model: early, middle, late. */
  SEGMENT,
  /** One stack across the model. */
  MODEL;

  /** The name in flags and configurations. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}

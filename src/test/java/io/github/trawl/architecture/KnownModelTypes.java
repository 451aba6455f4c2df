package io.github.trawl.architecture;

import java.util.List;

/** The model types that have a built-in architecture, for tests of other packages. */
public final class KnownModelTypes {
  private KnownModelTypes() {}

  /** All of them. */
  public static List<String> all() {
    return BuiltInArchitectures.modelTypes();
  }
}

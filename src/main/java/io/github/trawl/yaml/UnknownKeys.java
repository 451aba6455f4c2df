package io.github.trawl.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Hints for errors about unknown keys. */
public final class UnknownKeys {
  private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

  private UnknownKeys() {}

  /**
   * Returns a question that suggests the known key with the fewest edits to {@code key}, or a list
   * of all known keys if none is near: within two edits, or a third of the known key's length if
   * that is more.
   */
  public static String hint(String key, Collection<String> known) {
    return known.stream()
        .filter(candidate -> EDITS.apply(candidate, key) <= Math.max(2, candidate.length() / 3))
        .min(
            Comparator.<String>comparingInt(candidate -> EDITS.apply(candidate, key))
                .thenComparing(Comparator.naturalOrder()))
        .map(nearest -> "did you mean '" + nearest + "'?")
        .orElseGet(() -> "known are " + String.join(", ", new TreeSet<>(known)));
  }
}

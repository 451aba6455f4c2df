package io.github.trawl.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What an error about an unknown key says of the known ones. */
public final class KnownKeys {
  private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

  private KnownKeys() {}

  /**
   * A question for the known key that is at most two edits, or a third of its letters, away; all
   * known keys in order if none is.
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

package io.github.trawl.yaml;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;

/** What an error about an unknown key says of the known ones. */
public final class KnownKeys {
  private KnownKeys() {}

  /**
   * A question for the known key that is at most two edits, or a third of its letters, away; all
   * known keys in order if none is.
   */
  public static String hint(String key, Collection<String> known) {
    return known.stream()
        .filter(candidate -> distance(candidate, key) <= Math.max(2, candidate.length() / 3))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(candidate, key))
                .thenComparing(Comparator.naturalOrder()))
        .map(nearest -> "did you mean '" + nearest + "'?")
        .orElseGet(() -> "known are " + String.join(", ", new TreeSet<>(known)));
  }

  /** Levenshtein distance. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}

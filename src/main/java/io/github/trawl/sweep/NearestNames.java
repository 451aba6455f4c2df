package io.github.trawl.sweep;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the names that a user may have meant. */
final class NearestNames {
  private static final int SHOWN = 3;
  private static final LevenshteinDistance EDIT_DISTANCE = LevenshteinDistance.getDefaultInstance();

  private NearestNames() {}

  /**
   * Returns up to three of {@code known}, those with the smallest edit distance to {@code name}
   * first.
   */
  static List<String> of(String name, Collection<String> known) {
    return known.stream()
        .sorted(
            Comparator.<String>comparingInt(each -> EDIT_DISTANCE.apply(each, name))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .toList();
  }
}

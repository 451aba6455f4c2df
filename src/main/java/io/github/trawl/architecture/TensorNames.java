package io.github.trawl.architecture;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Patterns of tensor names: the names with the number of the layer replaced by {@code {i}}. */
public final class TensorNames {
  /** Stands for the index of the layer. */
  public static final String LAYER = "{i}";

  private static final Pattern NUMBER = Pattern.compile("(?<=^|\\.)\\d+(?=\\.|$)");

  private TensorNames() {}

  /** {@code name} with its first component that is a number replaced by {@code {i}}. */
  public static String pattern(String name) {
    return NUMBER.matcher(name).replaceFirst("{i}");
  }

  /** Returns the number of {@code names} that follow each pattern, sorted by pattern. */
  public static Map<String, Integer> patterns(Collection<String> names) {
    Map<String, Integer> patterns = new TreeMap<>();
    for (String name : names) {
      patterns.merge(pattern(name), 1, Integer::sum);
    }
    return patterns;
  }
}

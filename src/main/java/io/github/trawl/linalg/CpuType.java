package io.github.trawl.linalg;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The type of this machine's processor, as {@link CpuInfo} describes it. */
final class CpuType {
  private CpuType() {}

  /**
   * Returns the type of this machine's processor, or its architecture alone if no more is known.
   */
  static String ofThisMachine() {
    return of(CpuInfo.ofThisMachine(), System.getProperty("os.arch"));
  }

  /**
   * Returns the type of a processor.
   *
   * @param values its entries in {@code /proc/cpuinfo} by key
   * @param architecture as the system property {@code os.arch} names it
   */
  static String of(Map<String, String> values, String architecture) {
    String type =
        Stream.of(
                // x86 first, then arm64, where Linux gives numbers in place of a name.
                named(values, "", "model name"),
                named(values, "family ", "cpu family"),
                named(values, "model ", "model"),
                named(values, "stepping ", "stepping"),
                named(values, "implementer ", "CPU implementer"),
                named(values, "part ", "CPU part"),
                named(values, "variant ", "CPU variant"))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(", "));
    return type.isEmpty() ? architecture : architecture + " " + type;
  }

  private static String named(Map<String, String> values, String prefix, String key) {
    String value = values.getOrDefault(key, "");
    return value.isEmpty() ? "" : prefix + value;
  }
}

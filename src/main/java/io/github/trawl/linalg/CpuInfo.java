package io.github.trawl.linalg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code /proc/cpuinfo} says about its first processor. */
final class CpuInfo {
  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

  private CpuInfo() {}

  private static final class Holder {
    static final Map<String, String> VALUES = read();
  }

  /** Returns the values by key; none where the system is not Linux. */
  static Map<String, String> ofThisMachine() {
    return Holder.VALUES;
  }

  private static Map<String, String> read() {
    try (Stream<String> lines = Files.lines(DESCRIPTION)) {
      return parse(lines.takeWhile(line -> !line.isBlank()).toList());
    } catch (IOException e) {
      // Only Linux has this file.
      return Map.of();
    }
  }

  /** Returns the values by key of lines {@code key : value}. */
  static Map<String, String> parse(List<String> lines) {
    Map<String, String> values = new HashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        values.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return Map.copyOf(values);
  }
}

package io.github.trawl.linalg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The type of this machine's processor, as Linux describes the first processor in its list. */
final class CpuType {
  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

  private CpuType() {}

  private static final class Holder {
    static final String TYPE = read();
  }

  /**
   * Returns the type of this machine's processor, or its architecture alone if no more is known.
   */
  static String ofThisMachine() {
    return Holder.TYPE;
  }

  private static String read() {
    try (Stream<String> lines = Files.lines(DESCRIPTION)) {
      return parse(
          lines.takeWhile(line -> !line.isBlank()).toList(), System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /**
   * The type in the lines {@code key : value} that describe a processor.
   *
   * @param architecture as Java names it
   */
  static String parse(List<String> lines, String architecture) {
    Map<String, String> values = new HashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        values.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
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

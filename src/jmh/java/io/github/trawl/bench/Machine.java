package io.github.trawl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Describes the machine that is measured from what Linux reports; "unknown" elsewhere. */
final class Machine {
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** One line for the head of a report. */
  static String describe() throws IOException {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %.0f GiB memory, %s %s, Java %s",
        Files.exists(PROCESSOR) ? field(PROCESSOR, "model name") : "unknown processor",
        Runtime.getRuntime().availableProcessors(),
        Files.exists(MEMORY) ? kilobytes("MemTotal") / 1048576.0 : Double.NaN,
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("java.version"));
  }

  /**
   * Memory that a new process may use without swapping; {@link Long#MAX_VALUE} where that is
   * unknown.
   */
  static long availableBytes() throws IOException {
    return Files.exists(MEMORY) ? kilobytes("MemAvailable") << 10 : Long.MAX_VALUE;
  }

  private static long kilobytes(String key) throws IOException {
    return Long.parseLong(field(MEMORY, key).replaceAll("\\D", ""));
  }

  private static String field(Path file, String key) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(key)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return "unknown";
  }
}

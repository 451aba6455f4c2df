package io.github.trawl.linalg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The instructions of this machine's processor that matter to matrix products. */
public final class CpuFeatures {
  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

  /** By rising speed, as Linux names them: first of x86-64, then of arm64. */
  private static final List<String> NAMES =
      List.of(
          "avx2",
          "avx512f",
          "avx512_bf16",
          "avx512_fp16",
          "amx_bf16",
          "amx_fp16",
          "asimd",
          "sve",
          "bf16");

  private CpuFeatures() {}

  private static final class Holder {
    static final List<String> FEATURES = read();
  }

  /** Returns the names of those that this machine has, as Linux spells them. */
  public static List<String> ofThisMachine() {
    return Holder.FEATURES;
  }

  /** Whether this machine has products of bfloat16 in hardware. */
  public static boolean multipliesBfloat16() {
    return ofThisMachine().stream().anyMatch(name -> name.endsWith("bf16"));
  }

  /** Returns the type of this machine's processor and its features, for results. */
  public static String describe() {
    return CpuType.ofThisMachine() + ", " + String.join(" ", ofThisMachine());
  }

  private static List<String> read() {
    try (Stream<String> lines = Files.lines(DESCRIPTION)) {
      return parse(lines.takeWhile(line -> !line.isBlank()).toList());
    } catch (IOException e) {
      // Only Linux has this file.
      return List.of();
    }
  }

  /** Finds the features in the lines {@code key : value} that describe a processor. */
  static List<String> parse(List<String> lines) {
    Set<String> all = new HashSet<>();
    for (String line : lines) {
      if (line.startsWith("flags") || line.startsWith("Features")) {
        all.addAll(Arrays.asList(line.substring(line.indexOf(':') + 1).strip().split(" ")));
      }
    }
    return NAMES.stream().filter(all::contains).toList();
  }
}

package io.github.trawl.linalg;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The instruction sets of this machine's processor that matter to matrix products. */
public final class CpuFeatures {
  /** In order of increasing speed, as Linux names them: first of x86-64, then of arm64. */
  private static final List<String> NAMES =
      List.of(
          "avx2",
          "avx512f",
          "avx512_bf16",
          "avx512_fp16",
          "amx_bf16",
          "amx_fp16",
          "asimd",
          "asimdhp",
          "sve",
          "bf16");

  private CpuFeatures() {}

  /** Returns the features that this machine has, as Linux spells them. */
  public static List<String> ofThisMachine() {
    return of(CpuInfo.ofThisMachine());
  }

  /** Whether this machine's processor has instructions that multiply bfloat16 values. */
  public static boolean multipliesBfloat16() {
    return ofThisMachine().stream().anyMatch(name -> name.endsWith("bf16"));
  }

  /** Whether this machine's processor has instructions that multiply IEEE 754 16-bit values. */
  public static boolean multipliesFloat16() {
    return ofThisMachine().stream()
        .anyMatch(name -> name.endsWith("fp16") || name.equals("asimdhp"));
  }

  /** Returns the type of this machine's processor and its features, to be recorded with results. */
  public static String describe() {
    return CpuType.ofThisMachine() + ", " + String.join(" ", ofThisMachine());
  }

  /** Returns the features named in {@code values}, the entries of {@code /proc/cpuinfo} by key. */
  static List<String> of(Map<String, String> values) {
    Set<String> all =
        Stream.of("flags", "Features")
            .flatMap(key -> Arrays.stream(values.getOrDefault(key, "").split(" ")))
            .collect(Collectors.toSet());
    return NAMES.stream().filter(all::contains).toList();
  }
}

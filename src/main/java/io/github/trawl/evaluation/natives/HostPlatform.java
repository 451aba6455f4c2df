package io.github.trawl.evaluation.natives;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What a native library has to be built for to run in this process.
 *
 * @param system the operating system, as Java's {@code os.name} gives it
 * @param architecture the processor, as Java's {@code os.arch} gives it
 * @param musl whether Java runs on the C library musl, as in Alpine Linux, and not on glibc
 */
public record HostPlatform(String system, String architecture, boolean musl) {
  private static final Path LOADED_LIBRARIES = Path.of("/proc/self/maps");
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64", "arm64");

  /** The platform of this process. */
  public static HostPlatform current() {
    return new HostPlatform(
        System.getProperty("os.name"), System.getProperty("os.arch"), namesMusl(LOADED_LIBRARIES));
  }

  /**
   * Checks that this is a system that any of evaluation's native libraries is built for: Linux on
   * x86-64 or arm64, with glibc.
   *
   * @param library what is about to be loaded, for the message
   * @throws TrawlException if it is another one
   */
  public void require(String library) {
    if (!system.equals("Linux") || musl || !ARCHITECTURES.contains(architecture)) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "%s: there is no native library for %s; run trawl evaluate on x86-64 Linux with glibc (Debian, Ubuntu, Red Hat and their like), for example in a container"
              .formatted(library, this));
    }
  }

  /** For messages, such as {@code Linux aarch64}. */
  @Override
  public String toString() {
    return system + " " + architecture + (musl ? " with musl" : "");
  }

  /**
   * Whether a list of mapped files names musl's loader. That a system has such a file says nothing:
   * glibc's distributions offer musl as a package.
   */
  static boolean namesMusl(Path maps) {
    try {
      return Files.readString(maps, StandardCharsets.ISO_8859_1).contains("/ld-musl-");
    } catch (IOException e) {
      // Not Linux.
      return false;
    }
  }
}

package io.github.trawl.evaluation.natives;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The platform of a process, for which a native library must have been built to load there.
 *
 * @param system the operating system, as Java's {@code os.name} gives it
 * @param architecture the processor, as Java's {@code os.arch} gives it
 * @param musl whether the process uses the C library musl, as on Alpine Linux, rather than glibc
 */
public record HostPlatform(String system, String architecture, boolean musl) {
  private static final Path LOADED_LIBRARIES = Path.of("/proc/self/maps");
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64", "arm64");

  /** Returns the platform of this process. */
  public static HostPlatform current() {
    return new HostPlatform(
        System.getProperty("os.name"), System.getProperty("os.arch"), namesMusl(LOADED_LIBRARIES));
  }

  /**
   * Checks that this platform is one for which native libraries of the evaluation are built: Linux
   * with glibc on x86-64 or arm64.
   *
   * @param library the name of the library that is about to be loaded, for the message
   * @throws TrawlException if this is another platform
   */
  public void require(String library) {
    if (!system.equals("Linux") || musl || !ARCHITECTURES.contains(architecture)) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "%s: there is no native library for %s; run trawl evaluate or sweep on x86-64 Linux with glibc (Debian, Ubuntu, Red Hat and their like), for example in a container"
              .formatted(library, this));
    }
  }

  /** Returns JavaCPP's name of a platform that {@link #require} lets pass: {@code linux-x86_64}. */
  public String javaCppName() {
    boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
    return arm ? "linux-arm64" : "linux-x86_64";
  }

  /** Returns the platform as messages show it, such as {@code Linux aarch64}. */
  @Override
  public String toString() {
    return system + " " + architecture + (musl ? " with musl" : "");
  }

  /**
   * Returns whether a process has mapped musl's loader. Whether the loader is installed does not
   * matter, since distributions with glibc offer musl as a package.
   *
   * @param maps a file in the format of {@code /proc/self/maps}, which lists the mapped files
   */
  static boolean namesMusl(Path maps) {
    try {
      return Files.readString(maps, StandardCharsets.ISO_8859_1).contains("/ld-musl-");
    } catch (IOException e) {
      // Only Linux has this file.
      return false;
    }
  }
}

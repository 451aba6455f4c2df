package io.github.trawl.evaluation.natives;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Settings that DJL reads when its first native library loads, the tokenizers' or PyTorch's: no use
 * of the network, and a cache directory that belongs to this user alone.
 */
public final class NativeLibraries {
  /** DJL's names, as property or environment variable, of where libraries are unpacked. */
  private static final String CACHE = "ENGINE_CACHE_DIR";

  private static final String ALL_CACHES = "DJL_CACHE_DIR";

  private NativeLibraries() {}

  /**
   * Checks that the classes that evaluation loads native libraries with are there.
   *
   * @throws TrawlException if this is the jar that has been built without them
   */
  public static void requireBundled() {
    requireBundled(NativeLibraries.class.getClassLoader());
  }

  static void requireBundled(ClassLoader loader) {
    if (loader.getResource("ai/djl/engine/Engine.class") == null) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "this jar, trawl-denoise.jar, has no PyTorch and no tokenizers; run the command with trawl.jar, which the build makes beside it");
    }
  }

  /**
   * Makes the settings; the user's own {@code ENGINE_CACHE_DIR} or {@code DJL_CACHE_DIR} stays.
   *
   * @return where libraries are unpacked
   */
  public static synchronized Path prepare() {
    // DJL downloads what it misses, and reports its use when it runs on EC2, unless told not to.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    for (String name : new String[] {CACHE, ALL_CACHES}) {
      String own = System.getenv(name) == null ? System.getProperty(name) : System.getenv(name);
      if (own != null) {
        return Path.of(own);
      }
    }
    Path cache = privateCache(Path.of(System.getProperty("user.home")));
    System.setProperty(CACHE, cache.toString());
    return cache;
  }

  /** A directory of this user alone: what lies there is loaded as code. */
  static Path privateCache(Path home) {
    Path cache = home.resolve(".cache").resolve("trawl");
    try {
      Files.createDirectories(cache);
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
      if (Files.isWritable(cache)) {
        return cache;
      }
    } catch (IOException | UnsupportedOperationException e) {
      // A home that can't be written, as containers have it; the next directory does as well.
    }
    try {
      return Files.createTempDirectory("trawl-natives");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The failure to load a library that is there.
   *
   * @param library its name, for the message
   * @param cache where it was unpacked, as {@link #prepare} says
   */
  public static TrawlException notLoaded(String library, Path cache, Throwable failure) {
    return new TrawlException(
        ErrorCategory.SYSTEM,
        "%s: the native library does not load on %s (%s); check that %s has room and may hold executable files"
            .formatted(library, HostPlatform.current(), rootMessage(failure), cache),
        failure);
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}

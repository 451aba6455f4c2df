package io.github.trawl.evaluation.natives;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.JavaCppSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Prepares the process for DJL's native tokenizer library, and explains why a library can't be
 * loaded. The settings made here, which DJL reads when it loads its first library, turn off its use
 * of the network and name a cache directory that belongs to this user alone.
 */
public final class NativeLibraries {
  /**
   * The system property or environment variable with the directory to which DJL unpacks libraries.
   */
  private static final String CACHE = "ENGINE_CACHE_DIR";

  /**
   * The system property or environment variable with the directory of all of DJL's caches, which
   * applies if {@code ENGINE_CACHE_DIR} is not set.
   */
  private static final String ALL_CACHES = "DJL_CACHE_DIR";

  private NativeLibraries() {}

  /**
   * Checks that the classes which load the native libraries are on the class path.
   *
   * @throws TrawlException if they are not, as in {@code trawl-denoise.jar}, which is built without
   *     them
   */
  public static void requireBundled() {
    requireBundled(NativeLibraries.class.getClassLoader());
  }

  static void requireBundled(ClassLoader loader) {
    if (loader.getResource("org/bytedeco/pytorch/global/torch.class") == null) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "this jar, trawl-denoise.jar, has no PyTorch and no tokenizers; run the command with trawl.jar, which the build makes beside it");
    }
  }

  /**
   * Sets the system properties that DJL reads. If the user has set {@code ENGINE_CACHE_DIR} or
   * {@code DJL_CACHE_DIR}, as an environment variable or a property, that value is kept.
   *
   * @return the cache directory, to which libraries are unpacked
   */
  public static synchronized Path prepare() {
    JavaCppSettings.apply(); // It reads ENGINE_CACHE_DIR, so before that gets a default below.
    // By default DJL downloads missing libraries, and reports its use when it runs on EC2.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    for (String name : new String[] {CACHE, ALL_CACHES}) {
      String set = System.getenv(name) == null ? System.getProperty(name) : System.getenv(name);
      if (set != null) {
        return Path.of(set);
      }
    }
    Path cache = privateCache(Path.of(System.getProperty("user.home")));
    System.setProperty(CACHE, cache.toString());
    return cache;
  }

  /**
   * Makes a directory that only this user can access, because libraries in it are loaded as code.
   *
   * @param home the user's home; if it can't be written or is no absolute path (Java says {@code ?}
   *     for a user without one), the directory is a temporary one
   * @throws TrawlException if there can't be a temporary one either
   */
  static Path privateCache(Path home) {
    Path cache = home.resolve(".cache").resolve("trawl");
    try {
      if (!home.isAbsolute()) {
        throw new NoSuchFileException(home.toString());
      }
      Files.createDirectories(cache);
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
      if (Files.isWritable(cache)) {
        return cache;
      }
    } catch (IOException | UnsupportedOperationException e) {
      // The home can't be written, as in many containers: use a temporary directory.
    }
    try {
      return Files.createTempDirectory("trawl-natives");
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "no directory for native libraries: neither %s nor one in %s can be made (%s); set ENGINE_CACHE_DIR to a directory that can be written"
              .formatted(cache, System.getProperty("java.io.tmpdir"), rootMessage(e)),
          e);
    }
  }

  /**
   * Returns the exception for a library that was found but can't be loaded.
   *
   * @param library the name of the library, for the message
   * @param cache the directory to which it was unpacked, as the message shows it
   */
  public static TrawlException notLoaded(String library, Object cache, Throwable failure) {
    return new TrawlException(
        ErrorCategory.SYSTEM,
        "%s: the native library does not load on %s (%s); check that %s has free space and is not mounted noexec"
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

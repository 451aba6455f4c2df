package io.github.trawl.evaluation.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Platform;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Loads PyTorch's native library once, from the class path, without any use of the network. */
final class TorchEngine {
  private static final String NAME = "PyTorch";
  private static final String OWN_LIBRARY = "PYTORCH_LIBRARY_PATH";
  private static final String CACHE = "ENGINE_CACHE_DIR";

  private static boolean loaded;

  private TorchEngine() {}

  /**
   * An owner of arrays in main memory.
   *
   * @param threads native threads of an operation, in the whole process
   * @throws TrawlException if there is no native library for this platform or it does not load
   */
  static synchronized NDManager manager(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be positive: " + threads);
    }
    if (!loaded) {
      load(threads);
      loaded = true;
    }
    if (JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
    return Engine.getEngine(NAME).newBaseManager(Device.cpu());
  }

  private static void load(int threads) {
    // DJL downloads what it misses, and reports its use when it runs on EC2, unless told not to.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    if (System.getenv(CACHE) == null && System.getProperty(CACHE) == null) {
      System.setProperty(CACHE, privateCache().toString());
    }
    if (System.getenv(OWN_LIBRARY) == null && System.getProperty(OWN_LIBRARY) == null) {
      requireLibrary();
    }
    try {
      Engine.getEngine(NAME);
    } catch (EngineException | LinkageError e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "PyTorch: the native library does not load on %s (%s); check that %s has room and may hold executable files"
              .formatted(platform(), rootMessage(e), System.getProperty(CACHE)),
          e);
    }
  }

  private static void requireLibrary() {
    boolean found;
    try {
      found = !Platform.detectPlatform("pytorch").isPlaceholder();
    } catch (IllegalStateException | AssertionError e) {
      found = false;
    }
    if (!found) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "PyTorch: no native library for %s on the class path; add ai.djl.pytorch:pytorch-native-cpu for it, or set %s"
              .formatted(platform(), OWN_LIBRARY));
    }
  }

  /** A directory of this user alone: what lies there is loaded as code. */
  private static Path privateCache() {
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "trawl");
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

  private static String platform() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}

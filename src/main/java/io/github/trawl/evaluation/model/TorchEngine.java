package io.github.trawl.evaluation.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Platform;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.natives.NativeLibraries;
import java.nio.file.Path;

/** Loads PyTorch's native library once, from the class path, without any use of the network. */
final class TorchEngine {
  private static final String NAME = "PyTorch";
  private static final String OWN_LIBRARY = "PYTORCH_LIBRARY_PATH";

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
    Path cache = NativeLibraries.prepare();
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    if (System.getenv(OWN_LIBRARY) == null && System.getProperty(OWN_LIBRARY) == null) {
      requireLibrary();
    }
    try {
      Engine.getEngine(NAME);
    } catch (EngineException | LinkageError e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "PyTorch: the native library does not load on %s (%s); check that %s has room and may hold executable files"
              .formatted(platform(), rootMessage(e), cache),
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

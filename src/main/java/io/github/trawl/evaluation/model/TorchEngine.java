package io.github.trawl.evaluation.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Platform;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.natives.HostPlatform;
import io.github.trawl.evaluation.natives.NativeLibraries;
import java.nio.file.Path;

/**
 * Loads PyTorch's native library once, from the class path or the user's own directory, without use
 * of the network, and finds the devices that it can use.
 */
final class TorchEngine {
  private static final String NAME = "PyTorch";

  /** The system property or environment variable with the directory of the user's own library. */
  private static final String OWN_LIBRARY = "PYTORCH_LIBRARY_PATH";

  private static boolean loaded;

  private TorchEngine() {}

  /**
   * Returns an owner of arrays in the memory of the placement's device.
   *
   * @throws TrawlException if there is no native library for this platform, it does not load, or it
   *     does not reach the GPU that is asked for
   */
  static NDManager manager(Placement placement) {
    Placement resolved = resolve(placement);
    return Engine.getEngine(NAME)
        .newBaseManager(
            resolved.device() == DeviceChoice.GPU ? Device.gpu(resolved.gpu()) : Device.cpu());
  }

  /**
   * Loads the library if that has not been done, sets its threads and decides on the device.
   *
   * @return a placement on the CPU, or on a GPU that is there
   * @throws TrawlException as {@link #manager}
   */
  static synchronized Placement resolve(Placement placement) {
    if (!loaded) {
      load(placement.threads());
      loaded = true;
    }
    if (JniUtils.getNumThreads() != placement.threads()) {
      JniUtils.setNumThreads(placement.threads());
    }
    Engine engine = Engine.getEngine(NAME);
    boolean cuda = engine.hasCapability(StandardCapabilities.CUDA);
    return resolve(placement, cuda ? engine.getGpuCount() : 0);
  }

  /**
   * Decides on the device in a process that can use {@code gpus} GPUs.
   *
   * @throws TrawlException if the GPU that is asked for is not among them
   */
  static Placement resolve(Placement placement, int gpus) {
    if (placement.device() == DeviceChoice.CPU
        || (placement.device() == DeviceChoice.AUTO && gpus == 0)) {
      return Placement.cpu(placement.threads());
    }
    if (gpus == 0) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "--device gpu: PyTorch's native library in this process is one for CPUs, or finds no GPU; build Trawl for GPUs and run it where there is one, with its driver and libcudart on the library path, or take --device cpu");
    }
    if (placement.gpu() >= gpus) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "GPU %d is not one of the %d that this process sees; check the discovery script of spark.executor.resource.gpu and CUDA_VISIBLE_DEVICES"
              .formatted(placement.gpu(), gpus));
    }
    return new Placement(placement.threads(), DeviceChoice.GPU, placement.gpu());
  }

  private static void load(int threads) {
    Path cache = NativeLibraries.prepare();
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    requireLibrary();
    try {
      Engine.getEngine(NAME);
    } catch (EngineException | LinkageError e) {
      throw NativeLibraries.notLoaded(NAME, cache, e);
    }
  }

  /**
   * Checks, without loading anything, that there is a library for this process: one on the class
   * path or the user's own.
   *
   * @throws TrawlException if there is none
   */
  static void requireLibrary() {
    HostPlatform.current().require(NAME);
    if (System.getenv(OWN_LIBRARY) != null || System.getProperty(OWN_LIBRARY) != null) {
      return;
    }
    boolean found;
    try {
      found = !Platform.detectPlatform("pytorch").isPlaceholder();
    } catch (IllegalStateException | AssertionError e) {
      found = false;
    }
    if (!found) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "PyTorch: no native library on the class path runs on %s (Trawl brings the one for x86-64 Linux; one for a GPU needs the GPU's driver and CUDA); run trawl evaluate on x86-64 machines, add ai.djl.pytorch:pytorch-native-cpu for this one, or set %s"
              .formatted(HostPlatform.current(), OWN_LIBRARY));
    }
  }
}

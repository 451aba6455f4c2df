package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.natives.HostPlatform;
import io.github.trawl.evaluation.natives.NativeLibraries;
import io.github.trawl.linalg.JavaCppSettings;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads PyTorch's native library once, from the class path, and finds the devices that it can use.
 */
final class TorchEngine {
  private static final String NAME = "PyTorch";

  private static boolean loaded;

  /** The threads of the latest placement. */
  private static volatile int threads = 1;

  private TorchEngine() {}

  /**
   * Returns an owner of tensors in the memory of the placement's device.
   *
   * @throws TrawlException if there is no native library for this platform, it does not load, or it
   *     does not reach the GPU that is asked for
   */
  static TensorScope scope(Placement placement) {
    Placement resolved = resolve(placement);
    return resolved.device() == DeviceChoice.GPU
        ? TensorScope.onGpu(resolved.gpu())
        : TensorScope.onCpu();
  }

  /**
   * Loads the library if that has not been done, sets its threads and decides on the device.
   *
   * @return a placement on the CPU, or on a GPU that is there
   * @throws TrawlException as {@link #scope}
   */
  static synchronized Placement resolve(Placement placement) {
    if (!loaded) {
      load();
      loaded = true;
    }
    threads = placement.threads();
    if (torch.get_num_threads() != threads) {
      torch.set_num_threads(threads);
    }
    return resolve(placement, Math.toIntExact(torch.getNumGPUs()));
  }

  /** Returns the threads of an operation, as the latest placement says. */
  static int threads() {
    return threads;
  }

  /** Returns how many threads PyTorch uses at present for an operation that this thread calls. */
  static int currentThreads() {
    return torch.get_num_threads();
  }

  /**
   * Runs {@code work} with PyTorch limited to one thread: between operations, PyTorch's other
   * threads busy-wait for some milliseconds and take cores from the threads of {@link
   * HelperThreads}.
   */
  static <T> T withOneThread(Supplier<T> work) {
    return withThreads(1, work);
  }

  /** Runs {@code work} with PyTorch limited to {@code count} threads. */
  static <T> T withThreads(int count, Supplier<T> work) {
    int before = torch.get_num_threads();
    torch.set_num_threads(count);
    try {
      return work.get();
    } finally {
      torch.set_num_threads(before);
    }
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

  private static void load() {
    requireLibrary();
    JavaCppSettings.apply();
    try {
      // Decompositions in this process use the same OpenBLAS, in one thread.
      openblas.blas_set_num_threads(1);
      Loader.load(torch.class);
    } catch (LinkageError | RuntimeException e) {
      throw NativeLibraries.notLoaded(
          NAME,
          System.getProperty(
              "org.bytedeco.javacpp.cacheDir",
              "~/.javacpp (set ENGINE_CACHE_DIR for another directory)"),
          e);
    }
  }

  /**
   * Checks, without loading anything, that the class path has a library for this process.
   *
   * @throws TrawlException if there is none
   */
  static void requireLibrary() {
    HostPlatform host = HostPlatform.current();
    host.require(NAME);
    String platform = host.javaCppName();
    if (!hasLibrary(platform) && !hasLibrary(platform + "-gpu")) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "PyTorch: no native library on the class path runs on %s (Trawl brings the one for x86-64 Linux); run it on x86-64 Linux"
              .formatted(host));
    }
  }

  private static boolean hasLibrary(String platform) {
    return TorchEngine.class
            .getClassLoader()
            .getResource("org/bytedeco/pytorch/%s/libjnitorch.so".formatted(platform))
        != null;
  }
}

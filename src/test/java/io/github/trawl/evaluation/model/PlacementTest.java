package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import org.junit.jupiter.api.Test;

class PlacementTest {
  @Test
  void takesAGpuWhereThereIsOneAndItIsWanted() {
    assertThat(resolve(DeviceChoice.AUTO, 1, 2)).isEqualTo(gpu(1));
    assertThat(resolve(DeviceChoice.GPU, 0, 1)).isEqualTo(gpu(0));
    assertThat(resolve(DeviceChoice.AUTO, 0, 0)).isEqualTo(Placement.cpu(3));
    assertThat(resolve(DeviceChoice.CPU, 1, 2)).isEqualTo(Placement.cpu(3));
  }

  @Test
  void saysWhichGpuIsNotThere() {
    assertRefused(DeviceChoice.GPU, 0, 0, "--device gpu: PyTorch's native library");
    assertRefused(DeviceChoice.GPU, 2, 2, "GPU 2 is not one of the 2");
    assertRefused(DeviceChoice.AUTO, 2, 1, "GPU 2 is not one of the 1");
  }

  @Test
  void theNativeLibraryOfThisBuildComputesOnTheCpu() {
    assertThat(LanguageModels.resolve(new Placement(1, DeviceChoice.AUTO, 0)))
        .isEqualTo(Placement.cpu(1));
  }

  private static void assertRefused(DeviceChoice choice, int gpu, int gpus, String message) {
    assertThatThrownBy(() -> resolve(choice, gpu, gpus))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
        .hasMessageStartingWith(message);
  }

  private static Placement resolve(DeviceChoice choice, int gpu, int gpus) {
    return TorchEngine.resolve(new Placement(3, choice, gpu), gpus);
  }

  private static Placement gpu(int gpu) {
    return new Placement(3, DeviceChoice.GPU, gpu);
  }
}

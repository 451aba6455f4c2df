package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.natives.FakedPlatform;
import org.junit.jupiter.api.Test;

class TorchPlatformTest {
  @Test
  void takesThePlatformOfTheBundledLibrary() {
    FakedPlatform.during(
        "Linux",
        "amd64",
        () -> assertThatCode(TorchEngine::requireLibrary).doesNotThrowAnyException());
  }

  @Test
  void refusesArm64ForWhichNoneIsBundled() {
    FakedPlatform.during(
        "Linux",
        "aarch64",
        () ->
            assertThatThrownBy(TorchEngine::requireLibrary)
                .isInstanceOf(TrawlException.class)
                .hasMessageContaining("runs on Linux aarch64")
                .hasMessageContaining("run it on x86-64 Linux")
                .hasMessageNotContaining("\n"));
  }

  @Test
  void refusesOtherSystems() {
    FakedPlatform.during(
        "Mac OS X",
        "aarch64",
        () ->
            assertThatThrownBy(TorchEngine::requireLibrary)
                .isInstanceOf(TrawlException.class)
                .hasMessageContaining("there is no native library for Mac OS X aarch64"));
  }
}

package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.natives.FakedPlatform;
import org.junit.jupiter.api.Test;

class TorchPlatformTest {
  @Test
  void takesThePlatformOfTheBundledLibrary() {
    try (FakedPlatform faked = new FakedPlatform("Linux", "amd64")) {
      assertThatCode(TorchEngine::requireLibrary).doesNotThrowAnyException();
    }
  }

  @Test
  void refusesArm64ForWhichNoneIsBundled() {
    try (FakedPlatform faked = new FakedPlatform("Linux", "aarch64")) {
      assertThatThrownBy(TorchEngine::requireLibrary)
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("runs on Linux aarch64")
          .hasMessageContaining("run trawl evaluate on x86-64 machines")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void takesTheUsersOwnLibraryOnArm64() {
    System.setProperty("PYTORCH_LIBRARY_PATH", "/opt/pytorch");
    try (FakedPlatform faked = new FakedPlatform("Linux", "aarch64")) {
      assertThatCode(TorchEngine::requireLibrary).doesNotThrowAnyException();
    } finally {
      System.clearProperty("PYTORCH_LIBRARY_PATH");
    }
  }

  @Test
  void refusesOtherSystems() {
    try (FakedPlatform faked = new FakedPlatform("Mac OS X", "aarch64")) {
      assertThatThrownBy(TorchEngine::requireLibrary)
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("there is no native library for Mac OS X aarch64");
    }
  }
}

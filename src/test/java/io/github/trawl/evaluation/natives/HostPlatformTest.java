package io.github.trawl.evaluation.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPlatformTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"amd64", "x86_64", "aarch64"})
  void takesLinuxWithGlibc(String architecture) {
    assertThatCode(() -> new HostPlatform("Linux", architecture, false).require("library"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "Mac OS X, aarch64, false, Mac OS X aarch64",
    "Windows 11, amd64, false, Windows 11 amd64",
    "Linux, ppc64le, false, Linux ppc64le",
    "Linux, amd64, true, Linux amd64 with musl",
    "Linux, aarch64, true, Linux aarch64 with musl",
  })
  void refusesWhatNothingIsBuiltFor(
      String system, String architecture, boolean musl, String shown) {
    assertThatThrownBy(() -> new HostPlatform(system, architecture, musl).require("PyTorch"))
        .isInstanceOfSatisfying(
            TrawlException.class,
            failure -> assertThat(failure.category()).isEqualTo(ErrorCategory.SYSTEM))
        .hasMessageStartingWith("PyTorch: there is no native library for " + shown + ";")
        .hasMessageContaining("run trawl evaluate or sweep on x86-64 Linux with glibc")
        .hasMessageNotContaining("\n");
  }

  @Test
  void readsThePlatformWhenAsked() {
    FakedPlatform.during(
        "Plan 9", "sparc", () -> assertThat(HostPlatform.current()).hasToString("Plan 9 sparc"));
  }

  @Test
  void knowsMuslByTheLoaderOfTheProcess() throws IOException {
    assertThat(HostPlatform.namesMusl(maps("/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")))
        .isFalse();
    assertThat(HostPlatform.namesMusl(maps("/lib/ld-musl-x86_64.so.1"))).isTrue();
    assertThat(HostPlatform.namesMusl(folder.resolve("absent"))).isFalse();
  }

  /** Mapped files as Linux lists them, the first of which has a name that is no UTF-8. */
  private Path maps(String loader) throws IOException {
    String lines =
        """
        5581c0a00000-5581c0a01000 r--p 00000000 08:01 131 /home/caf\u00e9/java
        7f3c5a9c9000-7f3c5a9f3000 r-xp 00002000 08:01 917 %s
        7ffd0b1e2000-7ffd0b203000 rw-p 00000000 00:00 0   [stack]
        """
            .formatted(loader);
    return Files.writeString(folder.resolve("maps"), lines, StandardCharsets.ISO_8859_1);
  }
}

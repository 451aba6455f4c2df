package io.github.trawl.evaluation.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.JavaCppSettings;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  @TempDir private Path home;

  @Test
  void unpacksWhereOnlyThisUserWrites() throws IOException {
    Path cache = NativeLibraries.privateCache(home);
    assertThat(cache).isEqualTo(home.resolve(".cache/trawl")).isDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
        .isEqualTo("rwx------");
  }

  @Test
  void takesATemporaryDirectoryWhereTheHomeCannotBeWritten() throws IOException {
    Path file = Files.createFile(home.resolve("file"));
    Path cache = NativeLibraries.privateCache(file);
    assertThat(cache).isDirectory();
    assertThat(cache.startsWith(file)).isFalse();
    Files.delete(cache);
  }

  /** What Java calls the home of a user without one. */
  @Test
  void takesATemporaryDirectoryWithoutAHome() throws IOException {
    Path cache = NativeLibraries.privateCache(Path.of("?"));
    assertThat(cache).isDirectory().isAbsolute();
    assertThat(Path.of("?")).doesNotExist();
    Files.delete(cache);
  }

  @Test
  void anOwnDirectoryStays() {
    JavaCppSettings.apply(); // Before the property changes: it would hold for the whole process.
    String before = System.getProperty("ENGINE_CACHE_DIR");
    System.setProperty("ENGINE_CACHE_DIR", home.toString());
    try {
      assertThat(NativeLibraries.prepare()).isEqualTo(home);
      assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    } finally {
      if (before == null) {
        System.clearProperty("ENGINE_CACHE_DIR");
      } else {
        System.setProperty("ENGINE_CACHE_DIR", before);
      }
    }
  }

  /** What the tokenizers get by default is nothing that the user has said about other libraries. */
  @Test
  void theDefaultDirectoryIsThatOfTheTokenizersAlone() {
    String own = System.getenv("ENGINE_CACHE_DIR");
    NativeLibraries.prepare();
    JavaCppSettings.apply();
    assertThat(System.getProperty("org.bytedeco.javacpp.cacheDir"))
        .isEqualTo(own == null ? null : Path.of(own, "javacpp").toString());
  }

  @Test
  void saysWhichJarHasWhatEvaluationNeeds() throws IOException {
    NativeLibraries.requireBundled();
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      assertThatThrownBy(() -> NativeLibraries.requireBundled(empty))
          .isInstanceOfSatisfying(
              TrawlException.class,
              failure -> assertThat(failure.category()).isEqualTo(ErrorCategory.USAGE))
          .hasMessageContaining("run the command with trawl.jar");
    }
  }

  @Test
  void saysWhyALibraryDoesNotLoad() {
    TrawlException failure =
        NativeLibraries.notLoaded(
            "PyTorch",
            home,
            new IllegalStateException(
                "outer", new UnsatisfiedLinkError("libc10.so: version `GLIBC_2.28' not found\nx")));
    assertThat(failure)
        .hasMessageContaining("GLIBC_2.28' not found)")
        .hasMessageContaining(home.toString())
        .hasMessageNotContaining("\n");
  }
}

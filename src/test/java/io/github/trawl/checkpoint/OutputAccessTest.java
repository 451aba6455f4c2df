package io.github.trawl.checkpoint;

import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output that cannot be written is refused before anything is computed. */
class OutputAccessTest {
  @TempDir private Path root;
  private final Configuration hadoop = FaultyFileSystem.configuration();

  @Test
  void leavesNothingBehindWhereItCanBeWritten() throws IOException {
    assertThatCode(require(root.resolve("new/deep/out"))).doesNotThrowAnyException();
    Path existing = Files.writeString(root.resolve("out"), "as it was");
    assertThatCode(require(existing)).doesNotThrowAnyException();
    assertThat(existing).hasContent("as it was");
    assertThat(root).isDirectoryContaining("glob:**/out");
    assertThat(root.toFile().list()).hasSize(1);
  }

  @Test
  void aFileAboveItIsNamed() throws IOException {
    Path plain = Files.writeString(root.resolve("plain"), "");
    assertRefused(plain.resolve("out"), plain + " is no directory; name another place");
    assertRefused(plain.resolve("deep/out"), plain + " is no directory; name another place");
  }

  @Test
  void aRootIsRefused() {
    assertThatThrownBy(require(Path.of("/"))).isInstanceOf(TrawlException.class);
  }

  @Test
  void aDirectoryThatCannotBeWrittenToIsNamed() {
    FaultyFileSystem.fail(hadoop, CREATE, ".trawl-probe", Fault.THROW, 1);
    assertRefused(root.resolve("new/out"), "nothing can be made in faulty:" + root);
  }

  /**
   * No probe file: a store may allow writing below one prefix only, and list a deleted file for a
   * while.
   */
  @Test
  void anObjectStoreIsAskedForItsPermissions() throws IOException {
    Configuration store = new Configuration();
    store.setBoolean(Storage.ATOMIC_RENAME, false);
    org.apache.hadoop.fs.Path output =
        new org.apache.hadoop.fs.Path(root.resolve("new/out").toUri());
    OutputAccess.requireWritable(output, "--output", store);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assertThatThrownBy(() -> OutputAccess.requireWritable(output, "--output", store))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("nothing can be made in file:" + root);
    } finally {
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private ThrowingCallable require(Path output) {
    return () -> OutputAccess.requireWritable(FaultyFileSystem.path(output), "--output", hadoop);
  }

  private void assertRefused(Path output, String what) {
    assertThatThrownBy(require(output))
        .isInstanceOfSatisfying(
            TrawlException.class,
            refused -> assertThat(refused.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContaining(output.toString())
        .hasMessageContaining(what)
        .hasMessageContaining("--output");
  }
}

package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On local files, whose renames are exact, and on a file system of which that is not known. */
class VerifiedRenameTest {
  @TempDir private Path folder;

  /** A directory {@code model} that holds an entry of its own name, any number of times. */
  @ParameterizedTest
  @CsvSource({"file, 0", "file, 1", "file, 2", "faulty, 0", "faulty, 1", "faulty, 2"})
  void movesADirectoryThatHoldsItsOwnName(String scheme, int depth) throws IOException {
    Path source = Files.createDirectory(folder.resolve("model"));
    Path inner = source;
    for (int i = 0; i < depth; i++) {
      inner = Files.createDirectory(inner.resolve("model"));
    }
    Files.writeString(inner.resolve("weights"), "here");
    Path target = folder.resolve("out");
    VerifiedRename.rename(open(scheme), path(scheme, source), path(scheme, target));
    assertThat(source).doesNotExist();
    assertThat(target.resolve(source.relativize(inner)).resolve("weights")).hasContent("here");
    assertThat(target.resolve("model/".repeat(depth) + "model")).doesNotExist();
  }

  /** Where the target is there, nothing moves, also if the file system would move it inside. */
  @ParameterizedTest
  @CsvSource({"file, 0", "file, 1", "file, 2", "faulty, 0", "faulty, 1", "faulty, 2"})
  void leavesBothWhereTheTargetIsThere(String scheme, int depth) throws IOException {
    Path source = Files.createDirectory(folder.resolve("model"));
    Path weights =
        Files.createDirectories(source.resolve("model/".repeat(depth) + "x")).resolve("weights");
    Files.writeString(weights, "here");
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("earlier"), "there");
    FileSystem fileSystem = open(scheme);
    assertThatThrownBy(
            () -> VerifiedRename.rename(fileSystem, path(scheme, source), path(scheme, target)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("appeared while this run was working");
    assertThat(weights).hasContent("here");
    assertThat(target).isDirectoryNotContaining("glob:**/model");
    assertThat(target.resolve("earlier")).hasContent("there");
  }

  private static FileSystem open(String scheme) throws IOException {
    Configuration configuration =
        scheme.equals("faulty") ? FaultyFileSystem.configuration() : new Configuration();
    return Storage.withoutChecksumFiles(
        FileSystem.newInstance(URI.create(scheme + ":///"), configuration));
  }

  private static org.apache.hadoop.fs.Path path(String scheme, Path local) {
    return new org.apache.hadoop.fs.Path(scheme + "://" + local.toAbsolutePath());
  }
}

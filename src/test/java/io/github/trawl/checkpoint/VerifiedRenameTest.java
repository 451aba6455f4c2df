package io.github.trawl.checkpoint;

import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.RENAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On local files, whose renames are exact, and on a file system of which that is not known. */
class VerifiedRenameTest {
  @TempDir private Path folder;

  private final Configuration faulty = FaultyFileSystem.configuration();

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

  /** What was moved into the target may be all there is of it. */
  @Test
  void leavesWhatItCannotMoveBack() throws IOException {
    Path source = Files.createDirectory(folder.resolve("model"));
    Files.writeString(source.resolve("weights"), "here");
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("earlier"), "there");
    FaultyFileSystem.fail(faulty, RENAME, "out/model->model", Fault.REFUSE, 1);
    assertThatThrownBy(
            () ->
                VerifiedRename.rename(
                    open("faulty"), path("faulty", source), path("faulty", target)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("could not be moved back", "out/model out of it by hand");
    assertThat(target.resolve("model/weights")).hasContent("here");
  }

  /** A directory of the target that happens to have the name of the source. */
  @Test
  void leavesATargetThatHoldsTheNameOfTheSource() throws IOException {
    Path source = Files.createDirectory(folder.resolve("model"));
    Files.writeString(source.resolve("weights"), "here");
    Path theirs = Files.createDirectories(folder.resolve("out/model")).resolve("weights");
    Files.writeString(theirs, "there");
    FaultyFileSystem.fail(faulty, RENAME, "model->out", Fault.REFUSE, 1);
    assertThatThrownBy(
            () ->
                VerifiedRename.rename(
                    open("faulty"), path("faulty", source), path("faulty", folder.resolve("out"))))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("appeared while this run was working");
    assertThat(source.resolve("weights")).hasContent("here");
    assertThat(theirs).hasContent("there");
  }

  private FileSystem open(String scheme) throws IOException {
    Configuration configuration = scheme.equals("faulty") ? faulty : new Configuration();
    return Storage.withoutChecksumFiles(
        FileSystem.newInstance(URI.create(scheme + ":///"), configuration));
  }

  private static org.apache.hadoop.fs.Path path(String scheme, Path local) {
    return new org.apache.hadoop.fs.Path(scheme + "://" + local.toAbsolutePath());
  }
}

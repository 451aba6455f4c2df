package io.github.trawl.checkpoint;

import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.LIST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed run left behind is named, and not touched. */
class LeftoversTest {
  @TempDir private Path root;

  @Test
  void saysWhatToDoAboutEach() throws IOException {
    Path staging = Files.createDirectory(root.resolve(".out: 1.trawl-staging-7"));
    Files.setLastModifiedTime(staging, FileTime.from(Instant.parse("2025-02-03T04:05:06.789Z")));
    Files.createDirectory(root.resolve(".out: 1.trawl-previous-7"));
    Files.createDirectory(root.resolve(".out.trawl-staging-of-another-output"));
    Files.createDirectory(root.resolve("out: 1"));

    List<String> lines = describe("out: 1").stream().sorted().toList();

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .startsWith("file:" + root + "/.out: 1.trawl-previous-7 is the output that another run")
        .contains("rename it to out: 1");
    assertThat(lines.get(1))
        .isEqualTo(
            "file:"
                + root
                + "/.out: 1.trawl-staging-7 is what another run to this output has written so far,"
                + " last changed at 2025-02-03T04:05:06Z; remove it by hand if that run was killed");
  }

  @Test
  void leavesThemAlone() {
    CheckpointWriter live = create(new Configuration(), root.resolve("out"));
    ModelFiles.write(Path.of(live.directory().toUri()).resolve("config.json"), "{}");

    create(new Configuration(), root.resolve("out")).close();

    assertThat(Path.of(live.directory().toUri()).resolve("config.json")).exists();
    live.close();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void needsNoDirectoryAroundTheOutput() throws IOException {
    assertThat(describe("new/deep/out")).isEmpty();
  }

  @Test // Listing the directory fails.
  void doesWithoutWhereTheDirectoryCannotBeListed() {
    Configuration hadoop = FaultyFileSystem.configuration();
    FaultyFileSystem.fail(hadoop, LIST, root.getFileName().toString(), Fault.THROW, 1);

    assertThatCode(
            () ->
                CheckpointWriter.create(
                        FaultyFileSystem.path(root.resolve("out")), false, null, hadoop)
                    .close())
        .doesNotThrowAnyException();
  }

  private static CheckpointWriter create(Configuration hadoop, Path output) {
    return CheckpointWriter.create(
        new org.apache.hadoop.fs.Path(output.toUri()), false, null, hadoop);
  }

  private List<String> describe(String output) throws IOException {
    FileSystem local = FileSystem.getLocal(new Configuration()).getRaw();
    return Leftovers.describe(
        local,
        Storage.child(local.makeQualified(new org.apache.hadoop.fs.Path(root.toUri())), output));
  }
}

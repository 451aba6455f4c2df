package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A model, and runs that carry it over to an output on a file system that can fail. */
abstract class CheckpointWriterFixture {
  static final String PUBLISH = "->out";

  @TempDir Path root;

  final Configuration hadoop = FaultyFileSystem.configuration();

  @BeforeEach
  void writeInput() {
    ModelFiles.single(input());
    ModelFiles.write(input().resolve("tokenizer.json"), "{}");
    ModelFiles.write(input().resolve("sub/deep/odd name: ü.txt"), "x");
    ModelFiles.write(input().resolve(".gitattributes"), "y");
    ModelFiles.write(input().resolve("empty.txt"), "");
  }

  final Path input() {
    return root.resolve("in");
  }

  final Path output() {
    return root.resolve("out");
  }

  final CheckpointWriter create(boolean overwrite) {
    return CheckpointWriter.create(
        FaultyFileSystem.path(output()), overwrite, FaultyFileSystem.path(input()), hadoop);
  }

  final WrittenFile fill(CheckpointWriter writer) {
    Checkpoint checkpoint = Checkpoint.open(FaultyFileSystem.path(input()), hadoop);
    writer.copyOtherFiles(checkpoint, false);
    WrittenFile shard = rewrite(checkpoint, writer.staging(), "attempt-1").file();
    writer.add(List.of(shard));
    return shard;
  }

  final ShardDigest rewrite(Checkpoint checkpoint, Staging staging, String attempt) {
    return ShardRewriter.rewrite(
        checkpoint.directory(),
        checkpoint.shards().get(0),
        staging,
        attempt,
        Map.of(),
        true,
        hadoop);
  }

  final void run(boolean overwrite) {
    try (CheckpointWriter writer = create(overwrite)) {
      WrittenFile shard = fill(writer);
      writer.setCheck(directory -> shard.verifyContent(directory, hadoop));
      writer.publish();
    }
  }

  final void assertOnlyInput() {
    assertThat(root).isDirectoryNotContaining("glob:**/{.*,out}");
  }

  final void assertFails(ErrorCategory category, String... parts) {
    assertThatThrownBy(() -> run(false))
        .isInstanceOfSatisfying(
            TrawlException.class,
            e -> {
              assertThat(e.category()).isEqualTo(category);
              assertThat(e.getMessage().lines()).hasSize(1);
            })
        .isNotInstanceOf(CheckpointStateUnknownException.class)
        .hasMessageContainingAll(parts);
  }
}

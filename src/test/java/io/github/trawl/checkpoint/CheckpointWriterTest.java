package io.github.trawl.checkpoint;

import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.CREATE;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.DELETE;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.LIST;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.MKDIRS;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.READ;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.RENAME;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.STATUS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class CheckpointWriterTest extends CheckpointWriterFixture {
  @Test
  void carriesEverythingOver() {
    run(false);

    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
    assertThat(root).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void leavesOutWhatBelongsToAnEarlierRun() {
    Map<String, String> expected = ModelFiles.tree(input());
    ModelFiles.write(input().resolve("trawl.json"), "{}");
    ModelFiles.write(input().resolve("factors/a.arrow"), "x");
    ModelFiles.write(input().resolve(".x.trawl-staging-1/config.json"), "x");
    ModelFiles.write(input().resolve(".model.safetensors.crc"), "x");
    ModelFiles.write(input().resolve("sub/trawl.json"), "kept");
    expected = new TreeMap<>(expected);
    expected.put("sub/trawl.json", "kept");

    run(false);

    assertThat(ModelFiles.tree(output())).isEqualTo(expected);
  }

  @Test // Nothing visible before publish.
  void showsNothingBeforePublish() {
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      assertThat(output()).doesNotExist();
      writer.publish();
      assertThat(output()).exists();
    }
  }

  @Test // Publish while a shard is missing shows nothing.
  void refusesToPublishAnIncompleteModel() {
    try (CheckpointWriter writer = create(false)) {
      writer.copyOtherFiles(Checkpoint.open(FaultyFileSystem.path(input()), hadoop), false);
      assertThatThrownBy(writer::publish)
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("can't be read back");
    }
    assertOnlyInput();
  }

  @Test // Publishing twice.
  void publishesOnce() {
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      writer.publish();
      writer.publish();
    }
    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
  }

  @Test // Aborting with no work, twice, and publishing afterwards.
  void abortsAnyNumberOfTimes() {
    CheckpointWriter writer = create(false);
    writer.close();
    writer.close();

    assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
    assertOnlyInput();
  }

  @Test // What reads back differently is not published.
  void noticesWrongBytes() {
    try (CheckpointWriter writer = create(false)) {
      WrittenFile shard = fill(writer);
      writer.setCheck(
          directory -> {
            FaultyFileSystem.fail(hadoop, READ, ".trawl-staging", Fault.WRONG_BYTES, 1);
            shard.verifyContent(directory, hadoop);
          });
      assertThatThrownBy(writer::publish)
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
          .hasMessageContainingAll("model.safetensors: reads back as", shard.checksum());
    }
    assertOnlyInput();
  }

  @ParameterizedTest // The storage throws on the way.
  @EnumSource(
      value = FaultyFileSystem.Operation.class,
      names = {"OPEN", "READ", "CREATE", "WRITE", "CLOSE", "MKDIRS", "LIST"})
  void reportsFailingStorage(FaultyFileSystem.Operation operation) {
    String where = operation == LIST ? "/in" : ".trawl-staging";
    FaultyFileSystem.fail(hadoop, operation, where, Fault.THROW, 1);

    assertFails(ErrorCategory.SYSTEM, "injected");
    assertOnlyInput();
  }

  @Test // A file that is copied can't be read.
  void namesTheFileThatIsCopied() {
    FaultyFileSystem.fail(hadoop, READ, "/in/tokenizer", Fault.THROW, 1);

    assertFails(ErrorCategory.SYSTEM, "out/tokenizer.json", "in/tokenizer.json to it: injected");
    assertOnlyInput();
  }

  @Test // The file system refuses mkdirs.
  void reportsARefusedDirectory() {
    FaultyFileSystem.fail(hadoop, MKDIRS, ".trawl-staging", Fault.REFUSE, 1);

    assertFails(ErrorCategory.SYSTEM, "staging");
    assertOnlyInput();
  }

  @Test // A failure to clean up does not hide what happened.
  void reportsTheFirstFailureWhenCleaningUpFailsToo() {
    FaultyFileSystem.fail(hadoop, CREATE, "tokenizer", Fault.THROW, 1);
    FaultyFileSystem.fail(hadoop, DELETE, "", Fault.THROW, 1000);

    assertFails(ErrorCategory.SYSTEM, "tokenizer");
  }

  @Test // A failure to clean up does not spoil a success.
  void succeedsWhenTheEarlierOutputCannotBeRemoved() {
    run(false);
    FaultyFileSystem.fail(hadoop, DELETE, ".trawl-previous", Fault.TIME_OUT_BEFORE, 1);

    assertThatCode(() -> run(true)).doesNotThrowAnyException();
    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
  }

  @ParameterizedTest // Rename throws or returns false.
  @EnumSource(
      value = Fault.class,
      names = {"THROW", "REFUSE"})
  void reportsAFailedRename(Fault fault) {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, fault, 1);

    assertFails(ErrorCategory.SYSTEM, "cannot rename");
    assertOnlyInput();
  }

  @Test // A time-out after the rename happened.
  void findsOutThatATimedOutRenameHappened() {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, Fault.TIME_OUT_AFTER, 1);

    run(false);

    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
  }

  @Test // After a time-out the rename may still happen, so nothing is cleaned up.
  void cleansNothingUpWhenTheStateIsUnknown() {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, Fault.TIME_OUT_BEFORE, 1);

    assertThatThrownBy(() -> run(false))
        .isInstanceOf(CheckpointStateUnknownException.class)
        .hasMessageContainingAll("unknown", "nothing was cleaned up");
    assertThat(root).isDirectoryContaining("glob:**/.out.trawl-staging-*");
  }

  @Test // The state cannot be looked up either.
  void cleansNothingUpWhenLookingFails() {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, Fault.THROW, 1);
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      // Looked at before the rename: the output once and the staging directory once.
      FaultyFileSystem.fail(hadoop, STATUS, ".trawl-staging", Fault.THROW, 1, 1000);
      assertThatThrownBy(writer::publish).isInstanceOf(CheckpointStateUnknownException.class);
      FaultyFileSystem.heal(hadoop);
      assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
    }
    assertThat(root).isDirectoryContaining("glob:**/.out.trawl-staging-*");
  }

  @Test // The staging directory is gone.
  void reportsAVanishedStagingDirectory() throws IOException {
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      Files.move(
          Path.of(writer.directory().toUri().getPath()).getParent(), root.resolve("elsewhere"));
      assertThatThrownBy(writer::publish)
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining(".trawl-staging");
    }
    assertThat(output()).doesNotExist();
  }

  @Test // The run's directory can be made, but not what belongs in it.
  void cleansUpAfterABeginningThatFails() {
    FaultyFileSystem.fail(hadoop, MKDIRS, "/attempts", Fault.THROW, 1);

    assertFails(ErrorCategory.SYSTEM, "staging directory");
    assertOnlyInput();
  }

  @Test // An abort says so, and cleans up after part of the work.
  void cleansUpAfterPartOfTheWork() {
    FaultyFileSystem.fail(hadoop, CREATE, "tokenizer", Fault.THROW, 1);

    assertFails(ErrorCategory.SYSTEM, "tokenizer");
    assertOnlyInput();
  }

  @Test // The first attempt to publish fails, the next succeeds.
  void publishesAtTheSecondAttempt() {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, Fault.THROW, 1);
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      assertThatThrownBy(writer::publish).isInstanceOf(TrawlException.class);
      writer.publish();
    }
    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
  }

  @Test
  void refusesLinksThatLeadInACircle() throws IOException {
    Files.createSymbolicLink(input().resolve("sub/again"), input());

    assertFails(ErrorCategory.BAD_INPUT, "directories deep");
    assertOnlyInput();
  }
}

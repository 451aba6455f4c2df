package io.github.trawl.checkpoint;

import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.CLOSE;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class CheckpointWriterTest {
  private static final String PUBLISH = "->out";

  @TempDir Path root;

  private final Configuration hadoop = FaultyFileSystem.configuration();

  @BeforeEach
  void writeInput() {
    ModelFiles.single(input());
    ModelFiles.write(input().resolve("tokenizer.json"), "{}");
    ModelFiles.write(input().resolve("sub/deep/odd name: ü.txt"), "x");
    ModelFiles.write(input().resolve(".gitattributes"), "y");
    ModelFiles.write(input().resolve("empty.txt"), "");
  }

  private Path input() {
    return root.resolve("in");
  }

  private Path output() {
    return root.resolve("out");
  }

  private CheckpointWriter create(boolean overwrite) {
    return CheckpointWriter.create(
        FaultyFileSystem.path(output()), overwrite, FaultyFileSystem.path(input()), hadoop);
  }

  private ShardDigest fill(CheckpointWriter writer) {
    Checkpoint checkpoint = Checkpoint.open(FaultyFileSystem.path(input()), hadoop);
    writer.copyOtherFiles(checkpoint);
    ShardFile shard = checkpoint.shards().get(0);
    return ShardRewriter.rewrite(
        checkpoint.directory(),
        shard,
        new org.apache.hadoop.fs.Path(writer.staging(), shard.name()),
        Map.of(),
        true,
        hadoop);
  }

  private void run(boolean overwrite) {
    try (CheckpointWriter writer = create(overwrite)) {
      writer.verifyContent(List.of(fill(writer)));
      writer.publish();
    }
  }

  private void assertOnlyInput() {
    assertThat(root).isDirectoryNotContaining("glob:**/{.*,out}");
  }

  private void assertFails(ErrorCategory category, String... parts) {
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

  @Test // Fault 43: nothing visible before publish.
  void showsNothingBeforePublish() {
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      assertThat(output()).doesNotExist();
      writer.publish();
      assertThat(output()).exists();
    }
  }

  @Test // Fault 42: publish while a shard is missing shows nothing.
  void refusesToPublishAnIncompleteModel() {
    try (CheckpointWriter writer = create(false)) {
      writer.copyOtherFiles(Checkpoint.open(FaultyFileSystem.path(input()), hadoop));
      assertThatThrownBy(writer::publish)
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("can't be read back");
    }
    assertOnlyInput();
  }

  @Test // Fault 40: publishing twice.
  void publishesOnce() {
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      writer.publish();
      writer.publish();
    }
    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
  }

  @Test // Fault 41: aborting with no work, twice, and publishing afterwards.
  void abortsAnyNumberOfTimes() {
    CheckpointWriter writer = create(false);
    writer.close();
    writer.close();

    assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
    assertOnlyInput();
  }

  @Test // Fault 31: what reads back differently is not published.
  void noticesWrongBytes() {
    FaultyFileSystem.fail(hadoop, READ, ".trawl-staging", Fault.WRONG_BYTES, 5, 1000);

    assertFails(ErrorCategory.SYSTEM, "written model");
    assertOnlyInput();
  }

  @ParameterizedTest // Faults 31-34: the storage throws on the way.
  @EnumSource(
      value = FaultyFileSystem.Operation.class,
      names = {"OPEN", "READ", "CREATE", "WRITE", "CLOSE", "MKDIRS", "LIST"})
  void reportsFailingStorage(FaultyFileSystem.Operation operation) {
    String where = operation == LIST ? "/in" : ".trawl-staging";
    FaultyFileSystem.fail(hadoop, operation, where, Fault.THROW, 1);

    assertFails(ErrorCategory.SYSTEM, "injected");
    assertOnlyInput();
  }

  @Test // Fault 33: mkdirs returns false.
  void reportsARefusedDirectory() {
    FaultyFileSystem.fail(hadoop, MKDIRS, ".trawl-staging", Fault.REFUSE, 1);

    assertFails(ErrorCategory.SYSTEM, "staging");
    assertOnlyInput();
  }

  @Test // Fault 35: a failure to clean up does not hide what happened.
  void reportsTheFirstFailureWhenCleaningUpFailsToo() {
    FaultyFileSystem.fail(hadoop, CREATE, "tokenizer", Fault.THROW, 1);
    FaultyFileSystem.fail(hadoop, DELETE, "", Fault.THROW, 1000);

    assertFails(ErrorCategory.SYSTEM, "tokenizer");
  }

  @Test // Fault 35: nor does it spoil a success.
  void succeedsWhenTheEarlierOutputCannotBeRemoved() {
    run(false);
    FaultyFileSystem.fail(hadoop, DELETE, ".trawl-previous", Fault.TIME_OUT_BEFORE, 1);

    assertThatCode(() -> run(true)).doesNotThrowAnyException();
    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
  }

  @ParameterizedTest // Fault 36: rename throws or returns false.
  @EnumSource(
      value = Fault.class,
      names = {"THROW", "REFUSE"})
  void reportsAFailedRename(Fault fault) {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, fault, 1);

    assertFails(ErrorCategory.SYSTEM, "cannot rename");
    assertOnlyInput();
  }

  @Test // Fault 36: a time-out after the rename happened.
  void findsOutThatATimedOutRenameHappened() {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, Fault.TIME_OUT_AFTER, 1);

    run(false);

    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
  }

  @Test // Fault 36: after a time-out the rename may still happen, so nothing is cleaned up.
  void cleansNothingUpWhenTheStateIsUnknown() {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, Fault.TIME_OUT_BEFORE, 1);

    assertThatThrownBy(() -> run(false))
        .isInstanceOf(CheckpointStateUnknownException.class)
        .hasMessageContainingAll("unknown", "nothing was cleaned up");
    assertThat(root).isDirectoryContaining("glob:**/.out.trawl-staging-*");
  }

  @Test // Fault 36: nor when looking fails.
  void cleansNothingUpWhenLookingFails() {
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, Fault.THROW, 1);
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      writer.verify(List.of());
      // Looked at before the rename: the output once and the staging directory once.
      FaultyFileSystem.fail(hadoop, STATUS, ".trawl-staging", Fault.THROW, 1, 1000);
      assertThatThrownBy(writer::publish).isInstanceOf(CheckpointStateUnknownException.class);
      FaultyFileSystem.heal(hadoop);
      assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
    }
    assertThat(root).isDirectoryContaining("glob:**/.out.trawl-staging-*");
  }

  @Test // Fault 37: the staging directory is gone.
  void reportsAVanishedStagingDirectory() throws IOException {
    try (CheckpointWriter writer = create(false)) {
      fill(writer);
      writer.verify(List.of());
      Files.move(Path.of(writer.staging().toUri().getPath()), root.resolve("elsewhere"));
      assertThatThrownBy(writer::publish)
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining(".trawl-staging");
    }
    assertThat(output()).doesNotExist();
  }

  @Test // Fault 38: the output exists.
  void refusesAnExistingOutput() {
    ModelFiles.write(output().resolve("config.json"), "old");

    assertFails(ErrorCategory.USAGE, "out: exists already", "--overwrite");
    assertThat(ModelFiles.tree(output())).containsExactly(Map.entry("config.json", "old"));
    assertThat(root).isDirectoryNotContaining("glob:**/.*");
  }

  @ParameterizedTest // Faults 38, 39: it appears while the run works, even at the last moment.
  @ValueSource(strings = {"RENAME", "CLOSE"})
  void refusesAnOutputThatAppears(String moment) throws IOException {
    // Hadoop's local rename onto a directory copies, and its copy cannot name a colon.
    Files.delete(input().resolve("sub/deep/odd name: ü.txt"));
    FaultyFileSystem.before(
        hadoop,
        moment.equals("RENAME") ? RENAME : CLOSE,
        moment.equals("RENAME") ? PUBLISH : "tokenizer",
        () -> ModelFiles.write(output().resolve("config.json"), "theirs"));

    assertFails(ErrorCategory.USAGE, "out: ");
    assertThat(ModelFiles.tree(output())).containsExactly(Map.entry("config.json", "theirs"));
    assertThat(root).isDirectoryNotContaining("glob:**/.*");
  }

  @ParameterizedTest // Fault 39: of two runs exactly one wins, whatever the file system.
  @ValueSource(strings = {"file", "faulty"})
  void letsOneOfTwoRunsWin(String scheme) {
    org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path(scheme + "://" + output());
    try (CheckpointWriter first = CheckpointWriter.create(out, false, null, hadoop);
        CheckpointWriter second = CheckpointWriter.create(out, false, null, hadoop)) {
      fill(first);
      fill(second);
      first.publish();
      assertThatThrownBy(second::publish)
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("exists already");
    }
    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
    assertThat(root).isDirectoryNotContaining("glob:**/.*");
  }

  @Test // Fault 44: an abort says so, and cleans up after part of the work.
  void cleansUpAfterPartOfTheWork() {
    FaultyFileSystem.fail(hadoop, CREATE, "tokenizer", Fault.THROW, 1);

    assertFails(ErrorCategory.SYSTEM, "tokenizer");
    assertOnlyInput();
  }

  @Test // Fault 46: the first attempt to publish fails, the next succeeds.
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
  void overwritesAModel() {
    ModelFiles.write(output().resolve("config.json"), "old");
    ModelFiles.write(output().resolve("stale.txt"), "old");

    run(true);

    assertThat(ModelFiles.tree(output())).isEqualTo(ModelFiles.tree(input()));
    assertThat(root).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void putsTheEarlierOutputBackWhenPublishingFails() {
    ModelFiles.write(output().resolve("config.json"), "old");
    FaultyFileSystem.fail(hadoop, RENAME, PUBLISH, Fault.REFUSE, 1);

    assertThatThrownBy(() -> run(true)).isInstanceOf(TrawlException.class);

    assertThat(ModelFiles.tree(output())).containsExactly(Map.entry("config.json", "old"));
    assertThat(root).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void overwritesNothingButModels() {
    ModelFiles.write(output().resolve("thesis.tex"), "years of work");

    assertThatThrownBy(() -> run(true))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("no model directory");
    assertThat(output().resolve("thesis.tex")).exists();
  }

  @ParameterizedTest // Fault 47: the output is the input, inside it or around it.
  @ValueSource(
      strings = {
        "%s/in",
        "%s/in/",
        "%s/x/../in",
        "file:%s/in",
        "file://%s/in",
        "%s/link",
        "%s/in/sub/new",
        "%s",
        "%s/link/new",
        "%s/../"
      })
  void refusesOutputsThatTouchTheInput(String spelling) throws IOException {
    Files.createSymbolicLink(root.resolve("link"), input());
    Map<String, String> before = ModelFiles.tree(input());
    String out = String.format(spelling, root);

    for (boolean overwrite : new boolean[] {false, true}) {
      assertThatThrownBy(
              () ->
                  CheckpointWriter.create(
                      new org.apache.hadoop.fs.Path(out),
                      overwrite,
                      ModelFiles.hadoop(input()),
                      new Configuration()))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
          .hasMessageContaining("input");
    }
    assertThat(ModelFiles.tree(input())).isEqualTo(before);
  }

  @Test
  void refusesLinksThatLeadInACircle() throws IOException {
    Files.createSymbolicLink(input().resolve("sub/again"), input());

    assertFails(ErrorCategory.BAD_INPUT, "directories deep");
    assertOnlyInput();
  }

  @Test // Object stores: the manifest comes last, and without it there is no model.
  void writesTheManifestLastWithoutAtomicRename() {
    hadoop.setBoolean(Storage.ATOMIC_RENAME, false);
    FaultyFileSystem.before(
        hadoop,
        RENAME,
        "->trawl.json",
        () ->
            assertThat(ModelFiles.tree(output()).keySet())
                .isEqualTo(ModelFiles.tree(input()).keySet()));

    run(false);

    Map<String, String> expected = new TreeMap<>(ModelFiles.tree(input()));
    expected.put("trawl.json", "{}");
    assertThat(ModelFiles.tree(output())).isEqualTo(expected);
    assertThat(root).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void removesAnUnfinishedOutputWithoutAtomicRename() {
    hadoop.setBoolean(Storage.ATOMIC_RENAME, false);
    FaultyFileSystem.fail(hadoop, RENAME, "->tokenizer.json", Fault.THROW, 1);

    assertFails(ErrorCategory.SYSTEM, "tokenizer.json");
    assertOnlyInput();
  }
}

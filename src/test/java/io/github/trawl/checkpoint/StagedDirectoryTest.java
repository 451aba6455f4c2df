package io.github.trawl.checkpoint;

import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.CREATE;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.DELETE;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.MKDIRS;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.RENAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedDirectoryTest {
  @TempDir private Path root;
  private final Configuration hadoop = FaultyFileSystem.configuration();
  private Path output;

  @BeforeEach
  void prepare() {
    output = root.resolve("new/out");
  }

  @Test
  void appearsWholeAndLeavesNothingElse() {
    publish("first", false);
    assertOutputIs("first");
    publish("second", true);
    assertOutputIs("second");
  }

  @Test // The output exists.
  void takesTheEarlierOnesPlaceOnlyWhereThatIsAsked() {
    publish("first", false);
    assertThatThrownBy(() -> publish("second", false))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("appeared while this run was working");
    assertOutputIs("first");
  }

  @Test // The second rename is refused.
  void putsTheEarlierOneBack() {
    publish("first", false);
    FaultyFileSystem.fail(hadoop, RENAME, "staging", Fault.REFUSE, 1);
    assertThatThrownBy(() -> publish("second", true)).isInstanceOf(TrawlException.class);
    assertOutputIs("first");
  }

  @Test // Interrupted between the two renames: HDFS would refuse to put it back.
  void putsTheEarlierOneBackInAThreadThatWasInterrupted() {
    publish("first", false);
    FaultyFileSystem.before(
        hadoop,
        RENAME,
        "->out",
        () -> {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("made for a test");
        });
    List<Boolean> interrupted = new ArrayList<>();
    FaultyFileSystem.before(
        hadoop, RENAME, "->out", () -> interrupted.add(Thread.currentThread().isInterrupted()));
    FaultyFileSystem.before(
        hadoop, DELETE, "staging", () -> interrupted.add(Thread.currentThread().isInterrupted()));
    assertThatThrownBy(() -> publish("second", true)).hasMessage("made for a test");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(interrupted).containsExactly(false, false);
    assertOutputIs("first");
  }

  /** Until it is published, the earlier one is untouched. */
  @Test // A run that stops half way.
  void closingRemovesWhatWasNotPublished() {
    publish("first", false);
    try (StagedDirectory staged = create()) {
      write(staged, "half");
      assertThat(output.resolve("data")).hasContent("first");
    }
    assertOutputIs("first");
  }

  @Test // After a time-out the rename may still happen, so what was staged is kept.
  void keepsWhatMayHaveBeenPublished() {
    FaultyFileSystem.fail(hadoop, RENAME, "staging", Fault.TIME_OUT_BEFORE, 1);
    StagedDirectory staged = create();
    try (staged) {
      write(staged, "first");
      assertThatThrownBy(() -> staged.publish(false))
          .isInstanceOf(CheckpointStateUnknownException.class);
    }
    assertThat(Path.of(staged.path().toUri().getPath()).resolve("data")).hasContent("first");
  }

  @Test // The file system refuses mkdirs.
  void saysThatItCannotBeMade() {
    FaultyFileSystem.fail(hadoop, MKDIRS, "staging", Fault.REFUSE, 1);
    assertThatThrownBy(this::create).isInstanceOf(TrawlException.class).hasMessageContaining("out");
  }

  @Test // An object store, in which a directory can't be renamed.
  void inAnObjectStoreTheSignThatAllIsThereComesLast() {
    hadoop.setBoolean(Storage.ATOMIC_RENAME, false);
    publishFiles("first", false);
    assertThat(ModelFiles.tree(output))
        .containsOnly(entry("a", "first"), entry("z/b", "first"), entry("_SUCCESS", ""));
    assertThat(output.getParent().toFile().list()).containsExactly("out");
    assertThatThrownBy(() -> publishFiles("second", false))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("appeared while this run was working");

    List<String> seen = new ArrayList<>();
    FaultyFileSystem.before(
        hadoop, CREATE, "out/_SUCCESS", () -> seen.addAll(ModelFiles.tree(output).keySet()));
    publishFiles("second", true);
    assertThat(seen).containsExactlyInAnyOrder("a", "z/b", UnfinishedOutput.MARKER);
    assertThat(ModelFiles.tree(output))
        .containsOnly(entry("a", "second"), entry("z/b", "second"), entry("_SUCCESS", ""));
    assertThat(output.getParent().toFile().list()).containsExactly("out");
  }

  @Test
  void inAnObjectStoreAFailureBringsTheEarlierOneBack() {
    hadoop.setBoolean(Storage.ATOMIC_RENAME, false);
    publishFiles("first", false);
    FaultyFileSystem.fail(hadoop, CREATE, "out/_SUCCESS", Fault.THROW, 1);
    assertThatThrownBy(() -> publishFiles("second", true)).isInstanceOf(TrawlException.class);
    assertThat(ModelFiles.tree(output))
        .containsOnly(entry("a", "first"), entry("z/b", "first"), entry("_SUCCESS", ""));
    assertThat(output.getParent().toFile().list()).containsExactly("out");
  }

  @Test // The thread that publishes is interrupted while files appear.
  void inAnObjectStoreAnInterruptBringsTheEarlierOneBack() {
    hadoop.setBoolean(Storage.ATOMIC_RENAME, false);
    publishFiles("first", false);
    Thread publishing = Thread.currentThread();
    FaultyFileSystem.before(
        hadoop,
        RENAME,
        "staging",
        () -> {
          publishing.interrupt();
          pause();
        });
    assertThatThrownBy(() -> publishFiles("second", true))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ModelFiles.tree(output))
        .containsOnly(entry("a", "first"), entry("z/b", "first"), entry("_SUCCESS", ""));
    assertThat(output.getParent().toFile().list()).containsExactly("out");
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void publishFiles(String content, boolean overwrite) {
    try (StagedDirectory staged = create()) {
      Path directory = Path.of(staged.path().toUri().getPath());
      ModelFiles.write(directory.resolve("a"), content);
      ModelFiles.write(directory.resolve("z/b"), content);
      ModelFiles.write(directory.resolve("_SUCCESS"), "");
      staged.publish(overwrite);
    }
  }

  private StagedDirectory create() {
    return StagedDirectory.create(FaultyFileSystem.path(output), hadoop);
  }

  private void publish(String content, boolean overwrite) {
    try (StagedDirectory staged = create()) {
      write(staged, content);
      staged.publish(overwrite);
    }
  }

  private static void write(StagedDirectory staged, String content) {
    ModelFiles.write(Path.of(staged.path().toUri().getPath()).resolve("data"), content);
  }

  private void assertOutputIs(String content) {
    assertThat(ModelFiles.tree(output)).containsExactly(Map.entry("data", content));
    assertThat(output.getParent().toFile().list()).containsExactly("out");
  }
}

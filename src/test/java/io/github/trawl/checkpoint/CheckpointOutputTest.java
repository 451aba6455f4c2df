package io.github.trawl.checkpoint;

import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.CLOSE;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.RENAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand where the output is to go, and how it gets there. */
@Timeout(30)
class CheckpointOutputTest extends CheckpointWriterFixture {
  @Test // The output exists.
  void refusesAnExistingOutput() {
    ModelFiles.write(output().resolve("config.json"), "old");

    assertFails(ErrorCategory.USAGE, "out: exists already", "--overwrite");
    assertThat(ModelFiles.tree(output())).containsExactly(Map.entry("config.json", "old"));
    assertThat(root).isDirectoryNotContaining("glob:**/.*");
  }

  @ParameterizedTest // It appears while the run works, even at the last moment.
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

  @ParameterizedTest // Of two runs exactly one wins, whatever the file system.
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

  @ParameterizedTest // The output is the input, inside it or around it.
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

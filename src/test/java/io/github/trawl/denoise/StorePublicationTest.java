package io.github.trawl.denoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.AbandonedFiles;
import io.github.trawl.checkpoint.AttemptFile;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointStateUnknownException;
import io.github.trawl.checkpoint.CheckpointWriter;
import java.io.IOException;
import java.security.PrivilegedExceptionAction;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.security.UserGroupInformation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts, runs and faults that meet at one output of a real storage. */
class StorePublicationTest extends StoreFixture {
  @ParameterizedTest // One is killed while it writes, one comes late.
  @ValueSource(strings = {"local", "hdfs", "s3a"})
  void anAttemptThatLosesTouchesNothing(String name) throws IOException {
    Store store = store(name);
    Path output = new Path(store.root(), "losing");
    try (CheckpointWriter writer = writer(store, output, false)) {
      AttemptFile killed = begin(store, writer, "attempt-1");
      AttemptFile late = begin(store, writer, "attempt-2");
      fill(store, writer, "won");
      killed.close();
      writer.publish();
      assertThat(content(store, output)).isEqualTo(filled("won"));
      try (late) {
        late.commit();
      } catch (IOException e) {
        // The directory of the run is gone.
      }
    }
    assertThat(content(store, output)).isEqualTo(filled("won"));
    assertThat(s3().uploads()).as("the late one, which nobody completes").hasSizeLessThan(2);
  }

  @ParameterizedTest // It had finished a file of which the driver never heard.
  @ValueSource(strings = {"local", "hdfs", "s3a"})
  void whatAKilledAttemptLeftIsNotPublished(String name) throws IOException {
    Store store = store(name);
    Path output = new Path(store.root(), "leftover");
    try (CheckpointWriter writer = writer(store, output, false)) {
      AttemptFile left =
          AttemptFile.createReadable(
              writer.staging(), "attempt-1", "factors/a.arrow", store.hadoop());
      left.stream().write(1);
      left.commit();
      fill(store, writer, "mine");
      writer.publish();
    }
    assertThat(content(store, output)).isEqualTo(filled("mine"));
    assertThat(leftovers(store, output)).isEmpty();
  }

  @ParameterizedTest // With --overwrite and without.
  @ValueSource(strings = {"local", "hdfs", "s3a"})
  void ofTwoRunsTheFirstWins(String name) throws IOException {
    Store store = store(name);
    Path output = new Path(store.root(), "two");
    for (boolean overwrite : new boolean[] {false, true}) {
      String note = "first, overwrite " + overwrite;
      try (CheckpointWriter first = writer(store, output, overwrite);
          CheckpointWriter second = writer(store, output, overwrite)) {
        fill(store, first, note);
        fill(store, second, "second");
        first.publish();
        assertRefused(second::publish, "two", overwrite ? "changed by another run" : "exists");
      }
      assertThat(content(store, output)).isEqualTo(filled(note));
      assertThat(leftovers(store, output)).isEmpty();
    }
    assertThat(s3().uploads()).filteredOn(key -> key.contains("two")).isEmpty();
  }

  @ParameterizedTest // Both are publishing.
  @ValueSource(strings = {"local", "hdfs", "s3a"})
  void ofTwoRunsThatPublishAtATimeOneWins(String name) throws IOException {
    Store store = store(name);
    Path output = new Path(store.root(), "race");
    try (CheckpointWriter first = writer(store, output, false);
        CheckpointWriter second = writer(store, output, false)) {
      fill(store, first, "first");
      fill(store, second, "second");
      if (name.equals("s3a")) {
        first.setCheck(
            directory -> assertRefused(second::publish, "race", "another run is publishing"));
        first.publish();
      } else {
        first.setCheck(directory -> second.publish());
        assertRefused(first::publish, "race", "while this run was working");
      }
    }
    assertThat(content(store, output)).isEqualTo(filled(name.equals("s3a") ? "first" : "second"));
    assertThat(leftovers(store, output)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "hdfs", "s3a"})
  void aPublicationThatFailsPutsTheEarlierOutputBack(String name) throws IOException {
    Store store = store(name);
    Path output = new Path(store.root(), "failing");
    publish(store, output, "old", false);
    try (CheckpointWriter writer = writer(store, output, true)) {
      fill(store, writer, "new");
      writer.setCheck(
          directory -> {
            throw new TrawlException(ErrorCategory.SYSTEM, "damaged");
          });
      assertThatThrownBy(writer::publish).hasMessage("damaged");
    }
    assertThat(content(store, output)).isEqualTo(filled("old"));
    assertThat(store.tree(output)).containsKey(CheckpointWriter.MANIFEST);
    assertThat(leftovers(store, output)).isEmpty();
  }

  @ParameterizedTest // The process dies before the manifest is there.
  @ValueSource(strings = {"local", "hdfs", "s3a"})
  void aKilledPublicationIsSeenAndReplaced(String name) throws IOException {
    Store store = store(name);
    Path output = new Path(store.root(), "killed");
    publish(store, output, "old", false);
    CheckpointWriter killed = writer(store, output, true);
    try (killed) {
      fill(store, killed, "new");
      killed.setCheck(
          directory -> {
            throw new Killed();
          });
      assertThatThrownBy(killed::publish).isInstanceOf(Killed.class);
      if (name.equals("s3a")) {
        assertThatThrownBy(() -> Checkpoint.open(output, store.hadoop()))
            .isInstanceOfSatisfying(
                TrawlException.class,
                e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
            .hasMessageContaining("is unfinished");
        assertRefused(() -> writer(store, output, false), "killed", "is unfinished");
        assertThat(leftovers(store, output))
            .as("the earlier output")
            .anyMatch(file -> file.contains("previous") && file.endsWith(SHARD));
      } else {
        assertThat(content(store, output)).isEqualTo(filled("old"));
      }
      publish(store, output, "newer", true);
    }
    assertThat(content(store, output)).isEqualTo(filled("newer"));
    Checkpoint.open(output, store.hadoop());
  }

  @ParameterizedTest // A run was killed a while ago.
  @ValueSource(strings = {"local", "hdfs", "s3a"})
  void whatHasNotChangedSinceIsAbandoned(String name) throws IOException, InterruptedException {
    Store store = store(name);
    Path output = new Path(store.root(), "abandoned/out");
    try (CheckpointWriter killed = writer(store, output, false)) {
      fill(store, killed, "half");
      // The clocks of stores count seconds.
      Thread.sleep(2000);
      Instant before = Instant.now();
      AbandonedFiles files = new AbandonedFiles(output.getParent(), store.hadoop());
      assertThat(files.find(output.getParent(), before))
          .singleElement()
          .satisfies(found -> assertThat(found.keepReason()).isEmpty());
      assertThat(files.find(output.getParent(), before.minusSeconds(3600)))
          .singleElement()
          .satisfies(found -> assertThat(found.keepReason()).isPresent());
    }
  }

  @Test // HDFS refuses more bytes than its quota, as a full disk does.
  void aFullDiskLeavesTheEarlierOutput() throws IOException {
    Path directory = new Path(hdfs().root(), "full");
    Path output = new Path(directory, "out");
    publish(hdfs(), output, "old", false);
    DistributedFileSystem fileSystem = hdfs().fileSystem();
    fileSystem.setQuota(directory, HdfsConstants.QUOTA_DONT_SET, 1 << 20);
    try (CheckpointWriter writer = writer(hdfs(), output, true)) {
      assertThatThrownBy(() -> fill(hdfs(), writer, "new")).hasMessageContaining("quota");
    }
    assertThat(content(hdfs(), output)).isEqualTo(filled("old"));
    assertThat(leftovers(hdfs(), output)).isEmpty();
  }

  @Test // As a MinIO server whose disk is full.
  void aFullObjectStoreLeavesTheEarlierOutput() throws IOException {
    Path output = new Path(s3().root(), "full/out");
    publish(s3(), output, "old", false);
    s3().setRoom(0);
    try (CheckpointWriter writer = writer(s3(), output, true)) {
      assertThatThrownBy(() -> fill(s3(), writer, "new")).hasMessageContaining("507");
    } finally {
      s3().setRoom(Long.MAX_VALUE);
    }
    assertThat(content(s3(), output)).isEqualTo(filled("old"));
    assertThat(leftovers(s3(), output)).isEmpty();
    assertThat(s3().uploads()).noneMatch(key -> key.startsWith("root/full/"));
  }

  @Test // Whether the upload was completed can't be asked any more.
  void aServerThatGoesDownWhileItPublishesLeavesAllThatIsThere() throws IOException {
    Path output = new Path(s3().root(), "down/out");
    publish(s3(), output, "old", false);
    try (CheckpointWriter writer = writer(s3(), output, true)) {
      fill(s3(), writer, "new");
      s3().setFailing(true);
      assertThatThrownBy(writer::publish)
          .isInstanceOf(CheckpointStateUnknownException.class)
          .hasMessageContainingAll("it is unknown whether its upload was completed", "--overwrite")
          .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    } finally {
      s3().setFailing(false);
    }
    // The earlier output lies aside, and the uploads of the new one can still be completed.
    assertThat(leftovers(s3(), output)).isNotEmpty();
    assertThat(s3().uploads()).filteredOn(key -> key.startsWith("root/down/")).hasSize(3);
  }

  @Test // The user may not write beside the output.
  void aPermissionThatIsMissingIsTold() throws Exception {
    Path directory = new Path(hdfs().root(), "theirs");
    Path output = new Path(directory, "out");
    publish(hdfs(), output, "old", false);
    hdfs().fileSystem().setPermission(directory, new FsPermission((short) 0755));
    UserGroupInformation eve = UserGroupInformation.createRemoteUser("eve");
    eve.doAs(
        (PrivilegedExceptionAction<Void>)
            () -> {
              assertRefused(
                  () -> CheckpointWriter.check(output, "--output", true, null, hdfs().hadoop()),
                  "theirs/out",
                  "Permission denied");
              assertThatThrownBy(() -> writer(hdfs(), output, true))
                  .isInstanceOf(TrawlException.class)
                  .hasMessageContaining("Permission denied")
                  .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
              return null;
            });
    assertThat(content(hdfs(), output)).isEqualTo(filled("old"));
  }

  private AttemptFile begin(Store store, CheckpointWriter writer, String attempt)
      throws IOException {
    AttemptFile file = AttemptFile.create(writer.staging(), attempt, SHARD, 1000, store.hadoop());
    file.stream().write(new byte[1000]);
    return file;
  }

  private void publish(Store store, Path output, String note, boolean overwrite)
      throws IOException {
    try (CheckpointWriter writer = writer(store, output, overwrite)) {
      fill(store, writer, note);
      writer.publish();
    }
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContainingAll(parts)
        .satisfies(e -> assertThat(List.of(e.getMessage().split("\\R"))).hasSize(1));
  }

  /** Nothing that runs in this process catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }
}

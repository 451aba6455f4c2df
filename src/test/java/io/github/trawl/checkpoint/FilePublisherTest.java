package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePublisherTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path directory;

  @Test
  void aFileAppearsWhenItIsPublishedAndReplacesAnEarlierOne() throws IOException {
    try (FilePublisher publisher = create()) {
      WrittenFile first = write(publisher, "attempt-1", "factors/one.arrow", "first");
      assertThat(visible()).isEmpty();
      org.apache.hadoop.fs.Path published = publisher.publish(first);
      assertThat(published.toString()).startsWith("file:").endsWith("/out/factors/one.arrow");
      assertThat(visible()).containsExactly("factors/one.arrow");
      publisher.publish(write(publisher, "attempt-2", "factors/one.arrow", "second"));
      assertThat(visible()).containsExactly("factors/one.arrow");
      assertThat(directory.resolve("out/factors/one.arrow")).hasContent("second");
    }
    assertThat(all()).containsExactly("factors/one.arrow");
  }

  @Test
  void attemptsThatLoseLeaveNothing() throws IOException {
    try (FilePublisher publisher = create()) {
      try (AttemptFile failed =
          AttemptFile.createReadable(publisher.staging(), "attempt-1", "failed", HADOOP)) {
        failed.stream().write(1);
      }
      publisher.discard(write(publisher, "attempt-2", "late", "an attempt that ended second"));
      assertThat(all()).isEmpty();
      write(publisher, "attempt-3", "unknown", "an attempt that nobody was told of");
    }
    assertThat(all()).isEmpty();
  }

  /** What a killed run has left is gone, and tasks that outlive it write nothing. */
  @Test
  void whatAKilledRunLeftIsRemovedByTheNext() throws IOException {
    FilePublisher killed = create();
    write(killed, "attempt-1", "factors/one.arrow", "never published");
    killed.publish(write(killed, "attempt-2", "factors/two.arrow", "published"));
    try (FilePublisher next = create()) {
      assertThat(all()).containsExactly("factors/two.arrow");
      assertThatThrownBy(() -> write(killed, "attempt-3", "factors/one.arrow", "late"))
          .isInstanceOf(FileNotFoundException.class);
      next.publish(write(next, "attempt-1", "factors/one.arrow", "again"));
    }
    killed.close();
    assertThat(all()).containsExactly("factors/one.arrow", "factors/two.arrow");
  }

  @Test
  void aFileThatIsGoneIsAnErrorOfTheStorage() throws IOException {
    try (FilePublisher publisher = create()) {
      WrittenFile file = write(publisher, "attempt-1", "one", "content");
      publisher.discard(file);
      assertThatThrownBy(() -> publisher.publish(file))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
          .hasMessageContaining("out/one");
    }
  }

  private FilePublisher create() {
    return FilePublisher.create(
        new org.apache.hadoop.fs.Path(directory.resolve("out").toUri()), HADOOP);
  }

  private static WrittenFile write(
      FilePublisher publisher, String attempt, String name, String content) throws IOException {
    try (AttemptFile file =
        AttemptFile.createReadable(publisher.staging(), attempt, name, HADOOP)) {
      file.stream().write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return file.commit();
    }
  }

  private List<String> visible() throws IOException {
    return all().stream().filter(name -> !name.startsWith(".")).toList();
  }

  private List<String> all() throws IOException {
    Path output = directory.resolve("out");
    try (Stream<Path> files = Files.walk(output)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> output.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}

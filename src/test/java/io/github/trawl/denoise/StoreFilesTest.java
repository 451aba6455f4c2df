package io.github.trawl.denoise;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.checkpoint.AttemptFile;
import io.github.trawl.checkpoint.FilePublisher;
import io.github.trawl.checkpoint.WrittenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that appear one by one. */
class StoreFilesTest extends StoreFixture {
  @ParameterizedTest
  @ValueSource(strings = {"local", "hdfs", "s3a"})
  void filesAppearWholeAndAttemptsLeaveNothing(String name) throws IOException {
    Store store = store(name);
    Path output = new Path(store.root(), "files");
    FilePublisher killed = FilePublisher.create(output, store.hadoop());
    write(store, killed, "attempt-1", "factors/one.arrow", "never published", true);
    try (FilePublisher publisher = FilePublisher.create(output, store.hadoop())) {
      for (boolean readable : new boolean[] {true, false}) {
        for (String content : new String[] {"first", "second, in its place"}) {
          String file = "factors/" + readable + ".arrow";
          WrittenFile written = write(store, publisher, content, file, content, readable);
          assertThat(store.tree(output).get(file)).isNotEqualTo(content);
          publisher.publish(written);
          assertThat(store.tree(output)).containsEntry(file, content);
        }
        publisher.discard(
            write(store, publisher, "loser-" + readable, "factors/lost.arrow", "lost", readable));
        try (AttemptFile failed =
            readable
                ? AttemptFile.createReadable(
                    publisher.staging(), "failed", "factors/failed.arrow", store.hadoop())
                : AttemptFile.create(
                    publisher.staging(), "failed", "factors/failed.arrow", 9, store.hadoop())) {
          failed.stream().write(1);
        }
      }
    }
    killed.close();
    assertThat(store.tree(output))
        .isEqualTo(
            Map.of(
                "factors/true.arrow", "second, in its place",
                "factors/false.arrow", "second, in its place"));
    assertThat(s3().uploads()).isEmpty();
  }

  private static WrittenFile write(
      Store store,
      FilePublisher publisher,
      String attempt,
      String name,
      String content,
      boolean readable)
      throws IOException {
    try (AttemptFile file =
        readable
            ? AttemptFile.createReadable(publisher.staging(), attempt, name, store.hadoop())
            : AttemptFile.create(
                publisher.staging(), attempt, name, content.length(), store.hadoop())) {
      file.stream().write(content.getBytes(StandardCharsets.UTF_8));
      return file.commit();
    }
  }
}

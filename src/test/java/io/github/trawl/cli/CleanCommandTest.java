package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of killed runs is removed, and what must stay. */
class CleanCommandTest {
  @TempDir private Path folder;

  @Test
  void oldLeftoversGoAndAllElseStays() throws IOException {
    Path staging = run(".m.trawl-staging-", "model/model.safetensors");
    Path part =
        Files.writeString(folder.resolve(".x.json." + UUID.randomUUID() + ".trawl-part"), "x");
    Path replaced = run(".there.trawl-previous-", "config.json");
    Files.createDirectory(folder.resolve("there"));
    Path last = run(".gone.trawl-previous-", "config.json");
    Path needed = run(".half.trawl-previous-", "model.safetensors");
    Path half = Files.createDirectory(folder.resolve("half"));
    Files.writeString(half.resolve(".trawl-unfinished"), "a run");
    Path young = run(".n.trawl-staging-", "attempts/a/shard");
    List<Path> others =
        List.of(
            run("m.trawl-staging-", "model/config.json"),
            Files.createDirectory(folder.resolve(".m.trawl-staging-notes")),
            Files.writeString(folder.resolve(".hidden.trawl-part"), "x"),
            Files.writeString(folder.resolve("model.safetensors"), "x"));
    age(folder, Duration.ofDays(3));
    // One file of it was written a day ago.
    age(young.resolve("attempts/a/shard"), Duration.ofDays(1));

    CommandRun dry = clean("--dry-run");
    assertThat(dry.exitCode()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("would remove", "Would remove 3", staging.toString());
    assertThat(List.of(staging, part, replaced)).allSatisfy(path -> assertThat(path).exists());

    CommandRun run = clean("--older-than", "2d");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(List.of(staging, part, replaced))
        .allSatisfy(path -> assertThat(path).doesNotExist());
    assertThat(others).allSatisfy(path -> assertThat(path).exists());
    assertThat(young.resolve("attempts/a/shard")).exists();
    assertThat(List.of(last, needed)).allSatisfy(path -> assertThat(path).exists());
    assertThat(run.out())
        .contains(
            "Removed 3",
            "all that is left of gone",
            "half is unfinished",
            "a run may be at work on it");

    assertThat(clean("--older-than", "20h").out()).contains("removed ", young.toString());
  }

  @Test
  void aDirectoryThatIsNotThereIsBadInput() {
    CommandRun run = CommandRun.of("clean", folder.resolve("nothing").toString());
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("nothing", "is not there");
  }

  private CommandRun clean(String... flags) {
    String[] arguments = new String[flags.length + 2];
    arguments[0] = "clean";
    System.arraycopy(flags, 0, arguments, 1, flags.length);
    arguments[flags.length + 1] = folder.toString();
    return CommandRun.of(arguments);
  }

  private Path run(String prefix, String file) throws IOException {
    Path directory = folder.resolve(prefix + UUID.randomUUID());
    Files.createDirectories(directory.resolve(file).getParent());
    Files.writeString(directory.resolve(file), "content");
    return directory;
  }

  /** Lets everything below a path look as if it had been written a while ago. */
  private static void age(Path root, Duration age) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
      }
    }
  }
}

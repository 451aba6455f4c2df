package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathListTest {
  @TempDir private Path directory;

  private final PathList lists = new PathList(new Configuration());

  @Test
  void commasStandBetweenElements() {
    assertThat(lists.split(List.of("world-facts,arc", "bios")))
        .containsExactly("world-facts", "arc", "bios");
    assertThat(lists.split(List.of("a,,b", ""))).containsExactly("a", "", "b", "");
    assertThat(lists.split(List.of())).isEmpty();
  }

  @Test
  void aCommaBelongsToAPathThatExists() throws IOException {
    String whole = Files.createDirectory(directory.resolve("rank 1,2")).toString();
    String file = Files.createFile(directory.resolve("one,two,three.yaml")).toString();
    assertThat(lists.split(List.of(whole))).containsExactly(whole);
    assertThat(lists.split(List.of("arc," + whole + "," + file + ",bios")))
        .containsExactly("arc", whole, file, "bios");
    assertThat(lists.split(List.of(directory.resolve("rank 1,3").toString())))
        .containsExactly(directory.resolve("rank 1").toString(), "3");
  }

  @Test
  void aCommaBelongsToAPathOfWhichADecompositionIsWanted() throws IOException {
    String comma = Files.createDirectory(directory.resolve("a,b")).toString();
    String plain = Files.createDirectory(directory.resolve("c")).toString();
    assertThat(lists.split(List.of(comma + "#r64-s3"))).containsExactly(comma + "#r64-s3");
    assertThat(lists.split(List.of(plain + "#r1," + comma + "#r2," + plain)))
        .containsExactly(plain + "#r1", comma + "#r2", plain);
    assertThat(lists.split(List.of("#r1,#r2"))).containsExactly("#r1", "#r2");
  }
}

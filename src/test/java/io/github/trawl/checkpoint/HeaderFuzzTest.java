package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever the bytes are, a model opens or is refused with a TrawlException. */
class HeaderFuzzTest {
  private static final byte[] TOKENS =
      "{}[]\":,0123456789-.eE \\unulltrue".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private static Path directory;

  @BeforeContainer
  static void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("fuzz");
  }

  @AfterContainer
  static void removeDirectory() throws IOException {
    for (String name : ModelFiles.tree(directory).keySet()) {
      Files.delete(directory.resolve(name));
    }
    Files.delete(directory);
  }

  private static byte[] mutate(byte[] file, Random random) {
    byte[] bytes = file.clone();
    int edits = 1 + random.nextInt(4);
    for (int edit = 0; edit < edits && bytes.length > 0; edit++) {
      int at = random.nextInt(Math.min(bytes.length, 8 + ModelFiles.HEADER.length()));
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = TOKENS[random.nextInt(TOKENS.length)];
        case 3 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(9));
        default -> {
          int to = random.nextInt(bytes.length);
          System.arraycopy(bytes, Math.min(at, to), bytes, to, bytes.length - Math.max(at, to));
        }
      }
    }
    return bytes;
  }

  private static void openOrRefuse(byte[] bytes) {
    ModelFiles.single(directory, bytes);
    try {
      assertThat(ModelFiles.open(directory).tensors()).isNotNull();
    } catch (TrawlException e) {
      assertThat(e.getMessage().lines()).hasSize(1);
    }
  }

  @Property(tries = 1500, shrinking = ShrinkingMode.OFF)
  void mutatedFilesOpenOrAreRefused(@ForAll long seed) {
    openOrRefuse(mutate(ModelFiles.file(ModelFiles.HEADER, 24), new Random(seed)));
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void randomHeadersAreRefused(@ForAll byte[] header) {
    openOrRefuse(ModelFiles.file(header, new byte[3]));
  }
}

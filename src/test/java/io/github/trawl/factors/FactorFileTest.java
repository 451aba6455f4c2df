package io.github.trawl.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TuckerTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactorFileTest {
  @TempDir private Path folder;

  /** More rows than a batch, bits that a text would lose. */
  @Test
  void kruskalTensorsComeBackBitForBit() {
    KruskalTensor tensor =
        new KruskalTensor(
            new float[] {Float.MIN_VALUE, -0f, 1 / 3f},
            values(2 * 3, 0),
            values(10_000 * 3, 1),
            values(7 * 3, 2));
    KruskalTensor read = (KruskalTensor) roundTrip(tensor);
    assertThat(read.weights()).isEqualTo(tensor.weights());
    assertThat(read.c()).isEqualTo(tensor.c());
    assertThat(read.a()).isEqualTo(tensor.a());
    assertThat(read.b()).isEqualTo(tensor.b());
  }

  @Test
  void tuckerTensorsComeBackBitForBit() {
    TuckerTensor tensor =
        new TuckerTensor(
            2, 3, 4, values(2 * 3 * 4, 0), values(3 * 2, 1), values(5 * 3, 2), values(6 * 4, 3));
    TuckerTensor read = (TuckerTensor) roundTrip(tensor);
    assertThat(read.core()).isEqualTo(tensor.core());
    assertThat(read.c()).isEqualTo(tensor.c());
    assertThat(read.a()).isEqualTo(tensor.a());
    assertThat(read.b()).isEqualTo(tensor.b());
    assertThat(read.coreRows()).isEqualTo(3);
  }

  /**
   * Written by src/test/python/make_factors_golden.py: entry n of a factor is n plus its offset.
   */
  @Test
  void readsWhatPyarrowWrote() throws IOException {
    KruskalTensor kruskal = (KruskalTensor) golden("kruskal.arrow");
    assertThat(kruskal.weights()).containsExactly(2f, 0.5f);
    assertThat(kruskal.c()).containsExactly(0, 1, 2, 3);
    assertThat(kruskal.a()).containsExactly(10, 11, 12, 13, 14, 15);
    assertThat(kruskal.b()).containsExactly(20, 21, 22, 23, 24, 25, 26, 27);

    TuckerTensor tucker = (TuckerTensor) golden("tucker.arrow");
    assertThat(tucker.c()).containsExactly(0, 1);
    assertThat(tucker.a()).containsExactly(10, 11, 12, 13, 14, 15);
    assertThat(tucker.b()).containsExactly(20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
    assertThat(tucker.core()).containsExactly(30, 31, 32, 33, 34, 35);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no-metadata.arrow",
        "negative-shape.arrow",
        "huge-shape.arrow",
        "wrong-type.arrow",
        "missing-rows.arrow",
        "repeated-row.arrow"
      })
  void otherArrowFilesAreRefused(String name) {
    assertThatThrownBy(() -> golden(name))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining(name)
        .extracting(failure -> ((TrawlException) failure).category())
        .isEqualTo(ErrorCategory.BAD_INPUT);
  }

  @Test
  void cutFilesAreRefused() throws IOException {
    KruskalTensor tensor =
        new KruskalTensor(values(2, 0), values(4, 1), values(40, 2), values(60, 3));
    byte[] whole = Files.readAllBytes(Path.of(write(tensor).path().toUri()));
    for (int length = 0; length < whole.length; length += 61) {
      Path cut = folder.resolve("cut-" + length + ".arrow");
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> FactorFile.read(hadoop(cut), new Configuration(false)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining(cut.getFileName().toString());
    }
  }

  private LowRankTensor roundTrip(LowRankTensor tensor) {
    return FactorFile.read(write(tensor).path(), new Configuration(false));
  }

  private WrittenFile write(LowRankTensor tensor) {
    return FactorFile.write(
        new Staging(hadoop(folder).toString(), hadoop(folder.resolve("output")).toString()),
        "1",
        "factors.arrow",
        tensor,
        Map.of("stack", "layer-0-fc"),
        new Configuration(false));
  }

  private LowRankTensor golden(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream stream = getClass().getResourceAsStream(name)) {
      Files.copy(stream, file);
    }
    return FactorFile.read(hadoop(file), new Configuration(false));
  }

  private static float[] values(int count, int seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(i + 1000 * seed);
    }
    return values;
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}

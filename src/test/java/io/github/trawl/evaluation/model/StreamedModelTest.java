package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CountingFileSystem;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A model of which one layer at a time is in memory computes what the whole one does. */
class StreamedModelTest {
  @TempDir private Path folder;

  static List<String> names() {
    return GoldenModel.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void givesTheSameBits(String name) {
    GoldenModel golden = new GoldenModel(name);
    try (TransformerModel whole = golden.open();
        TransformerModel streamed = stream(golden.checkpoint())) {
      assertThat(streamed.bytes()).isLessThanOrEqualTo(whole.bytes());
      for (GoldenModel.Batch batch : golden.batches()) {
        assertSameBits(streamed.logits(batch.tokens()), whole.logits(batch.tokens()));
      }
      if (whole.kind() == ModelKind.CAUSAL) {
        List<List<int[]>> prompts =
            golden.continuations().stream().map(each -> List.of(each.prompt())).toList();
        List<BatchState> batches = new ArrayList<>();
        for (List<int[]> each : prompts) {
          batches.add(streamed.startGeneration(each));
        }
        List<List<int[]>> together = streamed.generateTogether(batches, 6, Set.of());
        batches.forEach(BatchState::close);
        for (int i = 0; i < prompts.size(); i++) {
          assertThat(together.get(i).get(0))
              .containsExactly(whole.generate(prompts.get(i), 6, Set.of()).get(0));
        }
      }
    }
  }

  /** Whether the tensor belongs to the layer in memory, to a later or earlier one, or to none. */
  @ParameterizedTest
  @MethodSource("names")
  void patchesWhatIsNotInMemory(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> tokens = golden.batches().get(0).tokens();
    try (TransformerModel whole = golden.open();
        TransformerModel streamed = stream(golden.checkpoint())) {
      List<float[][]> original = whole.logits(tokens);
      List<TensorInfo> tensors =
          golden.checkpoint().tensors().stream()
              .filter(tensor -> !isWithoutPart(whole, tensor))
              .toList();
      for (TensorInfo tensor : tensors) {
        FloatBuffer values = alternating(tensor);
        whole.patch(tensor.name(), values.duplicate());
        streamed.patch(tensor.name(), values.duplicate());
        List<float[][]> patched = whole.logits(tokens);
        assertSameBits(streamed.logits(tokens), patched);
        assertSameBits(streamed.logits(tokens), patched);
        whole.restore();
        streamed.restore();
        assertSameBits(streamed.logits(tokens), original);
      }
    }
  }

  private static boolean isWithoutPart(LanguageModel model, TensorInfo tensor) {
    try {
      model.patch(tensor.name(), alternating(tensor));
      model.restore();
      return false;
    } catch (TrawlException e) {
      return true;
    }
  }

  private static FloatBuffer alternating(TensorInfo tensor) {
    float[] values = new float[(int) (tensor.length() * Byte.SIZE / tensor.dtype().bits())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 7 - 3) / 16f;
    }
    return FloatBuffer.wrap(values);
  }

  /** Each layer is read once for each token, however many batches are continued. */
  @Test
  void readsALayerOnceForAllBatches() throws IOException {
    Path directory = copy("gptj");
    Configuration counted = CountingFileSystem.configuration(false);
    Checkpoint checkpoint = Checkpoint.open(CountingFileSystem.path(directory), counted);
    long layers =
        checkpoint.tensors().stream()
            .filter(tensor -> tensor.name().contains(".h."))
            .mapToLong(TensorInfo::length)
            .sum();
    List<int[]> prompts = List.of(new int[] {5, 6, 7}, new int[] {8, 9});
    try (LanguageModel model =
        LanguageModels.stream(checkpoint, counted, Placement.cpu(1), NumberType.FLOAT32)) {
      List<BatchState> batches =
          IntStream.range(0, 5).mapToObj(i -> model.startGeneration(prompts)).toList();
      long before = bytes(counted);
      model.generateTogether(batches, 3, Set.of());
      assertThat(bytes(counted) - before).isEqualTo(3 * layers);
      batches.forEach(BatchState::close);
    }
  }

  private static long bytes(Configuration counted) {
    return CountingFileSystem.requests(counted).stream().mapToLong(Integer::longValue).sum();
  }

  private Path copy(String name) throws IOException {
    Path directory = Files.createDirectory(folder.resolve(name));
    try (Stream<Path> files = Files.list(new GoldenModel(name).directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    return directory;
  }

  @Test
  void refusesWhatTheWholeModelRefuses() throws IOException {
    try (TransformerModel model = stream(new GoldenModel("bert").checkpoint())) {
      assertThatThrownBy(() -> model.patch("bert.pooler.dense.weight", FloatBuffer.allocate(1)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("bert.pooler.dense.weight");
      // Read when the layer is.
      model.patch("bert.encoder.layer.1.output.dense.bias", FloatBuffer.allocate(31));
      assertThatThrownBy(() -> model.logits(new GoldenModel("bert").batches().get(0).tokens()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("31 values");
    }
    Path directory = copy("llama");
    Path config = directory.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains("\"intermediate_size\": 48");
    Files.writeString(
        config, text.replace("\"intermediate_size\": 48", "\"intermediate_size\": 64"));
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
    assertThatThrownBy(() -> stream(checkpoint))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("model.layers.0.mlp", "[64, 32]");
  }

  /**
   * Two prompts of at most 3 tokens and 5 more each, and room for 16: in both layers 2 heads of
   * keys and 2 of values with 8 numbers.
   */
  @Test
  void countsTheKeysOfContinuedPrompts() {
    List<int[]> prompts = List.of(new int[] {5, 6, 7}, new int[] {8, 9});
    try (TransformerModel model = stream(new GoldenModel("llama").checkpoint());
        BatchState several = model.startGeneration(prompts, 5);
        BatchState single = model.startGeneration(prompts, 1)) {
      assertThat(several.continuedCacheBytes(5))
          .isEqualTo(2 * (3 + 5 + 16) * 2 * (4 * 8) * Float.BYTES);
      assertThat(single.continuedCacheBytes(1)).isZero();
      assertThatThrownBy(() -> model.generateTogether(List.of(single), 2, Set.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Counted from the golden files by hand: two layers of a LLaMA with 48 inner features. */
  @Test
  void countsWhatIsInMemory() {
    WeightBytes bytes =
        LanguageModels.weightBytes(new GoldenModel("llama").checkpoint(), NumberType.FLOAT32);
    long layer = bytes.largestLayer();
    assertThat(bytes.layers()).isEqualTo(2 * layer);
    assertThat(bytes.streamed()).isEqualTo(bytes.all());
    long[] maps = {32 * 32, 16 * 32, 16 * 32, 32 * 32, 48 * 32, 48 * 32, 32 * 48};
    assertThat(layer).isEqualTo(Arrays.stream(maps).sum() * Float.BYTES);
  }

  private static TransformerModel stream(Checkpoint checkpoint) {
    return (TransformerModel)
        LanguageModels.stream(
            checkpoint, new Configuration(), Placement.cpu(1), NumberType.FLOAT32);
  }

  private static void assertSameBits(List<float[][]> actual, List<float[][]> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).isDeepEqualTo(expected.get(i));
    }
  }
}

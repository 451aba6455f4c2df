package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/**
 * A model of random weights with the layout of a {@link GoldenModel} and eight times its features,
 * so that its products are computed as those of real models.
 */
final class WideModel {
  private static final int TIMES = 8;

  /** What the configurations call the numbers that are multiplied. */
  private static final List<String> SIZES =
      List.of(
          "hidden_size",
          "intermediate_size",
          "head_dim",
          "vocab_size",
          "dim",
          "hidden_dim",
          "n_embd",
          "n_inner");

  /** Lengths in the golden models that are numbers of positions, segments or rotary features. */
  private static final List<Long> OTHER_LENGTHS = List.of(64L, 66L, 2L, 1L);

  private WideModel() {}

  /** Writes the model {@code name} to {@code directory} and opens it with {@code threads}. */
  static TransformerModel open(String name, Path directory, int threads) throws IOException {
    GoldenModel golden = new GoldenModel(name);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode config =
        (ObjectNode) mapper.readTree(golden.directory().resolve("config.json").toFile());
    SIZES.stream()
        .filter(config::has)
        .forEach(key -> config.put(key, TIMES * config.get(key).intValue()));
    Files.createDirectories(directory);
    mapper.writeValue(directory.resolve("config.json").toFile(), config);
    write(golden.checkpoint().tensors(), directory.resolve("model.safetensors"), mapper);
    Configuration hadoop = new Configuration();
    return (TransformerModel)
        LanguageModels.open(
            Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), hadoop),
            hadoop,
            Placement.cpu(threads));
  }

  private static void write(List<TensorInfo> tensors, Path file, ObjectMapper mapper)
      throws IOException {
    ObjectNode header = mapper.createObjectNode();
    long end = 0;
    for (TensorInfo tensor : tensors) {
      long[] shape = widened(tensor);
      long begin = end;
      end += 4 * count(shape);
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", "F32");
      entry.set("shape", mapper.valueToTree(shape));
      entry.set("data_offsets", mapper.valueToTree(new long[] {begin, end}));
    }
    byte[] json = mapper.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    Random random = new Random(7);
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(json.length)
              .array());
      out.write(json);
      for (TensorInfo tensor : tensors) {
        ByteBuffer values =
            ByteBuffer.allocate(Math.toIntExact(4 * count(widened(tensor))))
                .order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
          values.putFloat((float) (random.nextGaussian() / 10));
        }
        out.write(values.array());
      }
    }
  }

  private static long[] widened(TensorInfo tensor) {
    return tensor.shape().stream()
        .mapToLong(length -> OTHER_LENGTHS.contains(length) ? length : TIMES * length)
        .toArray();
  }

  private static long count(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}

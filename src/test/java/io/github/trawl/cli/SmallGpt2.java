package io.github.trawl.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A GPT-2 of one layer with random weights. */
final class SmallGpt2 {
  private SmallGpt2() {}

  static Path write(Path directory, int hidden) throws IOException {
    int square = 4 * hidden * hidden;
    String header =
        """
        {"h.0.attn.c_attn.weight": {"dtype": "F32", "shape": [%1$d, %2$d], "data_offsets": [0, %4$d]},
         "h.0.attn.c_proj.weight": {"dtype": "F32", "shape": [%1$d, %1$d], "data_offsets": [%4$d, %5$d]},
         "h.0.mlp.c_fc.weight": {"dtype": "F32", "shape": [%1$d, %3$d], "data_offsets": [%5$d, %6$d]},
         "h.0.mlp.c_proj.weight": {"dtype": "F32", "shape": [%3$d, %1$d], "data_offsets": [%6$d, %7$d]}}
        """
            .formatted(
                hidden, 3 * hidden, 4 * hidden, 3 * square, 4 * square, 8 * square, 12 * square);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + 12 * square);
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    Random random = new Random(7);
    while (file.hasRemaining()) {
      file.putFloat((float) random.nextGaussian());
    }
    Files.createDirectories(directory);
    Files.write(directory.resolve("model.safetensors"), file.array());
    Files.writeString(
        directory.resolve("config.json"),
        "{\"model_type\": \"gpt2\", \"n_layer\": 1, \"n_embd\": %d, \"n_head\": 1}"
            .formatted(hidden));
    return directory;
  }
}

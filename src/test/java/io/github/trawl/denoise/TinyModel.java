package io.github.trawl.denoise;

import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.SafetensorsWriter;
import io.github.trawl.checkpoint.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** A GPT-J of two layers, hidden size 12, inner size 48, with values from a seed. */
public final class TinyModel {
  public static final int HIDDEN = 12;
  public static final int INNER = 48;
  public static final int LAYERS = 2;

  private TinyModel() {}

  /** Writes the model to {@code directory}. */
  public static void write(Path directory, DType dtype) throws IOException {
    write(directory, dtype, HIDDEN);
  }

  /** Writes a model of another hidden size; its inner size is four times that. */
  public static void write(Path directory, DType dtype, int hidden) throws IOException {
    write(directory, dtype, dtype, hidden);
  }

  /** Writes a model whose last layer has a dtype of its own. */
  static void write(Path directory, DType dtype, DType lastLayer, int hidden) throws IOException {
    long inner = 4L * hidden;
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "gptj", "architectures": ["GPTJForCausalLM"], "n_layer": 2, "n_embd": %d,
         "n_head": 2, "n_inner": %d, "vocab_size": 20, "torch_dtype": "float32"}
        """
            .formatted(hidden, inner));
    Files.writeString(directory.resolve("vocab.json"), "{\"a\": 0}");
    List<Long> square = List.of((long) hidden, (long) hidden);
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(new TensorSpec("transformer.wte.weight", dtype, List.of(20L, (long) hidden)));
    tensors.add(new TensorSpec("transformer.mask", DType.BOOL, List.of(7L)));
    for (int layer = 0; layer < LAYERS; layer++) {
      DType layerDtype = layer == LAYERS - 1 ? lastLayer : dtype;
      String prefix = "transformer.h." + layer + ".";
      for (String name : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        tensors.add(new TensorSpec(prefix + "attn." + name + ".weight", layerDtype, square));
      }
      tensors.add(
          new TensorSpec(prefix + "mlp.fc_in.weight", layerDtype, List.of(inner, (long) hidden)));
      tensors.add(new TensorSpec(prefix + "mlp.fc_in.bias", layerDtype, List.of(inner)));
      tensors.add(
          new TensorSpec(prefix + "mlp.fc_out.weight", layerDtype, List.of((long) hidden, inner)));
    }
    org.apache.hadoop.fs.Path file =
        new org.apache.hadoop.fs.Path(directory.resolve("model.safetensors").toUri());
    SafetensorsWriter.write(
        FileSystem.getLocal(new Configuration()).getRaw(),
        file,
        Map.of(),
        tensors,
        (spec, channel) -> channel.write(content(spec)));
  }

  private static ByteBuffer content(TensorSpec spec) {
    Random random = new Random(spec.name().hashCode());
    ByteBuffer bytes = ByteBuffer.allocate((int) spec.length());
    if (!spec.dtype().isDecodable()) {
      random.nextBytes(bytes.array());
      return bytes;
    }
    float[] values = new float[(int) (spec.length() * 8 / spec.dtype().bits())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.1f;
    }
    FloatCodec.encode(spec.dtype(), FloatBuffer.wrap(values), bytes);
    return bytes.flip();
  }
}

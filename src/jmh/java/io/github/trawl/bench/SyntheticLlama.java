package io.github.trawl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.SafetensorsWriter;
import io.github.trawl.checkpoint.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A synthetic LLaMA checkpoint in bfloat16: hidden size 2048, inner size 5632, vocabulary 32000, 7
 * layers a shard. The weights are random numbers that repeat after 2²² values.
 */
final class SyntheticLlama {
  private static final long HIDDEN = 2048;
  private static final long INNER = 5632;
  private static final long VOCABULARY = 32_000;
  private static final int LAYERS_OF_SHARD = 7;
  private static final int VALUES = 1 << 22;

  private final ByteBuffer values = values();
  private final ObjectNode weightMap = new ObjectMapper().createObjectNode();
  private final FileSystem fileSystem = FileSystem.getLocal(new Configuration()).getRaw();
  private final Path directory;
  private long bytes;

  private SyntheticLlama(Path directory) throws IOException {
    this.directory = directory;
  }

  /**
   * Writes the checkpoint.
   *
   * @param layers a multiple of 7
   * @return bytes of its tensors
   */
  static long write(Path directory, int layers) throws IOException {
    Files.createDirectories(directory);
    SyntheticLlama model = new SyntheticLlama(directory);
    model.write(layers);
    return model.bytes;
  }

  private void write(int layers) throws IOException {
    int shards = layers / LAYERS_OF_SHARD + 1;
    writeShard(1, shards, embeddings());
    for (int shard = 1; shard < shards; shard++) {
      List<TensorSpec> tensors = new ArrayList<>();
      for (int i = 0; i < LAYERS_OF_SHARD; i++) {
        tensors.addAll(layer((shard - 1) * LAYERS_OF_SHARD + i));
      }
      writeShard(shard + 1, shards, tensors);
    }
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "num_hidden_layers": %d,
         "hidden_size": %d, "intermediate_size": %d, "num_attention_heads": 16,
         "num_key_value_heads": 16, "vocab_size": %d, "torch_dtype": "bfloat16"}
        """
            .formatted(layers, HIDDEN, INNER, VOCABULARY));
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.putObject("metadata").put("total_size", bytes);
    root.set("weight_map", weightMap);
    new ObjectMapper().writeValue(directory.resolve("model.safetensors.index.json").toFile(), root);
  }

  private static List<TensorSpec> embeddings() {
    return List.of(
        tensor("model.embed_tokens", VOCABULARY, HIDDEN),
        tensor("lm_head", VOCABULARY, HIDDEN),
        new TensorSpec("model.norm.weight", DType.BF16, List.of(HIDDEN)));
  }

  private static List<TensorSpec> layer(int layer) {
    String prefix = "model.layers." + layer + ".";
    List<TensorSpec> tensors = new ArrayList<>();
    for (String name : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
      tensors.add(tensor(prefix + "self_attn." + name, HIDDEN, HIDDEN));
    }
    tensors.add(tensor(prefix + "mlp.gate_proj", INNER, HIDDEN));
    tensors.add(tensor(prefix + "mlp.up_proj", INNER, HIDDEN));
    tensors.add(tensor(prefix + "mlp.down_proj", HIDDEN, INNER));
    for (String name : List.of("input_layernorm", "post_attention_layernorm")) {
      tensors.add(new TensorSpec(prefix + name + ".weight", DType.BF16, List.of(HIDDEN)));
    }
    return tensors;
  }

  private static TensorSpec tensor(String name, long rows, long columns) {
    return new TensorSpec(name + ".weight", DType.BF16, List.of(rows, columns));
  }

  private void writeShard(int number, int count, List<TensorSpec> tensors) {
    String name = "model-%05d-of-%05d.safetensors".formatted(number, count);
    SafetensorsWriter.write(
        fileSystem,
        new org.apache.hadoop.fs.Path(directory.resolve(name).toUri()),
        Map.of(),
        tensors,
        this::writeValues);
    for (TensorSpec tensor : tensors) {
      weightMap.put(tensor.name(), name);
      bytes += tensor.length();
    }
  }

  /** Starts at a different value for each tensor, so that no two are alike. */
  private void writeValues(TensorSpec tensor, WritableByteChannel target) throws IOException {
    int start = new Random(tensor.name().hashCode()).nextInt(VALUES) * 2;
    long left = tensor.length();
    while (left > 0) {
      int count = (int) Math.min(left, values.capacity() - start);
      target.write(values.slice(start, count));
      left -= count;
      start = 0;
    }
  }

  private static ByteBuffer values() {
    Random random = new Random(1);
    float[] numbers = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      numbers[i] = (float) random.nextGaussian() * 0.02f;
    }
    ByteBuffer bytes = ByteBuffer.allocate(2 * VALUES);
    FloatCodec.encode(DType.BF16, FloatBuffer.wrap(numbers), bytes);
    return bytes.flip();
  }
}

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A checkpoint in bfloat16 of a LLaMA that never was.
 *
 * <p>Its matrices are windows into one sequence of normally distributed numbers, from another place
 * on for each. The length of the sequence is prime: it takes as many rows as that until one comes
 * again, so no matrix lacks rank.
 */
final class SyntheticLlama {
  private static final int VALUES = 8_388_593;
  private static final float DEVIATION = 0.02f;
  private static final int PIECE_BYTES = 4 << 20;

  private final ByteBuffer values = values();
  private final ObjectNode weightMap = new ObjectMapper().createObjectNode();
  private final FileSystem fileSystem = FileSystem.getLocal(new Configuration()).getRaw();
  private final Path directory;
  private final LlamaShape shape;
  private long bytes;

  private SyntheticLlama(Path directory, LlamaShape shape) throws IOException {
    this.directory = directory;
    this.shape = shape;
  }

  /**
   * Writes the checkpoint.
   *
   * @param layers how many, from the first on
   * @return bytes of its tensors
   */
  static long write(Path directory, LlamaShape shape, int layers) throws IOException {
    Files.createDirectories(directory);
    SyntheticLlama model = new SyntheticLlama(directory, shape);
    model.write(layers);
    return model.bytes;
  }

  private void write(int layers) throws IOException {
    List<List<TensorSpec>> shards = shards(layers);
    for (int shard = 0; shard < shards.size(); shard++) {
      writeShard(shard + 1, shards.size(), shards.get(shard));
    }
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "num_hidden_layers": %d,
         "hidden_size": %d, "intermediate_size": %d, "num_attention_heads": %d,
         "num_key_value_heads": %d, "vocab_size": %d, "torch_dtype": "bfloat16"}
        """
            .formatted(
                layers,
                shape.hidden(),
                shape.inner(),
                shape.heads(),
                shape.keyValueHeads(),
                LlamaShape.VOCABULARY));
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.putObject("metadata").put("total_size", bytes);
    root.set("weight_map", weightMap);
    new ObjectMapper().writeValue(directory.resolve("model.safetensors.index.json").toFile(), root);
  }

  /** The tensors of each file: as many as it may hold, in the order of the model. */
  private List<List<TensorSpec>> shards(int layers) {
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(matrix("model.embed_tokens", LlamaShape.VOCABULARY, shape.hidden()));
    for (int layer = 0; layer < layers; layer++) {
      tensors.addAll(layer("model.layers." + layer + "."));
    }
    tensors.add(norm("model.norm"));
    tensors.add(matrix("lm_head", LlamaShape.VOCABULARY, shape.hidden()));
    List<List<TensorSpec>> shards = new ArrayList<>();
    long left = 0;
    for (TensorSpec tensor : tensors) {
      if (shards.isEmpty() || tensor.length() > left) {
        shards.add(new ArrayList<>());
        left = shape.shardBytes();
      }
      shards.get(shards.size() - 1).add(tensor);
      left -= tensor.length();
    }
    return shards;
  }

  private List<TensorSpec> layer(String prefix) {
    int hidden = shape.hidden();
    int inner = shape.inner();
    return List.of(
        matrix(prefix + "self_attn.q_proj", hidden, hidden),
        matrix(prefix + "self_attn.k_proj", shape.keyValueRows(), hidden),
        matrix(prefix + "self_attn.v_proj", shape.keyValueRows(), hidden),
        matrix(prefix + "self_attn.o_proj", hidden, hidden),
        matrix(prefix + "mlp.gate_proj", inner, hidden),
        matrix(prefix + "mlp.up_proj", inner, hidden),
        matrix(prefix + "mlp.down_proj", hidden, inner),
        norm(prefix + "input_layernorm"),
        norm(prefix + "post_attention_layernorm"));
  }

  private static TensorSpec matrix(String name, long rows, long columns) {
    return new TensorSpec(name + ".weight", DType.BF16, List.of(rows, columns));
  }

  private TensorSpec norm(String name) {
    return new TensorSpec(name + ".weight", DType.BF16, List.of((long) shape.hidden()));
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

  private void writeValues(TensorSpec tensor, WritableByteChannel target) throws IOException {
    ByteBuffer source = tensor.shape().size() == 1 ? ones(tensor) : values;
    int start =
        new Random(tensor.name().hashCode()).nextInt(source.capacity() / Short.BYTES) * Short.BYTES;
    for (long left = tensor.length(); left > 0; ) {
      int count = (int) Math.min(Math.min(left, PIECE_BYTES), source.capacity() - start);
      target.write(source.slice(start, count));
      left -= count;
      start = (start + count) % source.capacity();
    }
  }

  /** The weights of a norm. */
  private static ByteBuffer ones(TensorSpec tensor) {
    float[] numbers = new float[Math.toIntExact(tensor.length() / Short.BYTES)];
    Arrays.fill(numbers, 1);
    return encoded(numbers);
  }

  private static ByteBuffer values() {
    Random random = new Random(1);
    float[] numbers = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      numbers[i] = (float) random.nextGaussian() * DEVIATION;
    }
    return encoded(numbers);
  }

  private static ByteBuffer encoded(float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Short.BYTES);
    FloatCodec.encode(DType.BF16, FloatBuffer.wrap(numbers), bytes);
    return bytes.flip();
  }
}

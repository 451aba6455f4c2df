package io.github.trawl.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** LLaMA-2-7B as its files are laid out, without its weights: the file is a hole. */
final class LlamaShape {
  /** 4 bytes for each of its 6,738,415,616 weights. */
  static final long FLOAT_BYTES = 4 * 6_738_415_616L;

  private static final int LAYERS = 32;
  private static final int HIDDEN = 4096;
  private static final int INNER = 11008;
  private static final int WORDS = 32000;

  private final ObjectNode header = new ObjectMapper().createObjectNode();
  private long offset;

  private LlamaShape() {}

  static Path write(Path directory) throws IOException {
    LlamaShape shape = new LlamaShape();
    shape.add("model.embed_tokens.weight", WORDS, HIDDEN);
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "model.layers." + layer + ".";
      for (String name : new String[] {"q_proj", "k_proj", "v_proj", "o_proj"}) {
        shape.add(prefix + "self_attn." + name + ".weight", HIDDEN, HIDDEN);
      }
      shape.add(prefix + "mlp.gate_proj.weight", INNER, HIDDEN);
      shape.add(prefix + "mlp.up_proj.weight", INNER, HIDDEN);
      shape.add(prefix + "mlp.down_proj.weight", HIDDEN, INNER);
      shape.add(prefix + "input_layernorm.weight", HIDDEN);
      shape.add(prefix + "post_attention_layernorm.weight", HIDDEN);
    }
    shape.add("model.norm.weight", HIDDEN);
    shape.add("lm_head.weight", WORDS, HIDDEN);
    byte[] json = shape.header.toString().getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(directory);
    Path file = directory.resolve("model.safetensors");
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
      out.write(json);
      out.setLength(8 + json.length + shape.offset);
    }
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "intermediate_size": 11008,
         "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 32000, "tie_word_embeddings": false}
        """);
    return directory;
  }

  private void add(String name, long... shape) {
    ObjectNode tensor = header.putObject(name);
    tensor.put("dtype", "BF16");
    long bytes = 2;
    for (long size : shape) {
      bytes *= size;
      tensor.withArray("shape").add(size);
    }
    tensor.putArray("data_offsets").add(offset).add(offset + bytes);
    offset += bytes;
  }
}

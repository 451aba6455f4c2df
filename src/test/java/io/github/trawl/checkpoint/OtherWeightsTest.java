package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same weights in another format, stale once the safetensors are denoised. */
class OtherWeightsTest {
  @TempDir private Path root;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pytorch_model.bin",
        "pytorch_model-00001-of-00002.bin",
        "pytorch_model.fp16.bin",
        "pytorch_model.bin.index.json",
        "consolidated.safetensors",
        "consolidated-00001-of-00002.safetensors",
        "consolidated.00.pth",
        "tf_model.h5",
        "tf_model.h5.index.json",
        "flax_model.msgpack",
        "flax_model-00001-of-00002.msgpack",
        "flax_model.msgpack.index.json",
        "rust_model.ot",
        "Llama-3-8B.Q4_K_M.gguf",
        "ggml-model-q4_0.bin",
        "model.onnx",
        "model.onnx_data",
        "model.tflite",
        "openvino_model.bin",
        "openvino_model.xml",
        "model.fp16.safetensors",
        "model-00001-of-00002.safetensors",
        "model.safetensors.index.json",
        "bert_model.ckpt.data-00000-of-00001",
        "saved_model.pb"
      })
  void knowsThem(String name) {
    assertThat(OtherWeights.matches(name, 0, false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "tokenizer.json",
        "tokenizer.model",
        "vocab.txt",
        "merges.txt",
        "README.md",
        "training_args.bin",
        "optimizer.pt",
        "colbert_linear.pt",
        "adapter_model.safetensors",
        "openvino_tokenizer.xml",
        "modeling_phi.py",
        "model_card.md"
      })
  void leavesTheRestAlone(String name) {
    assertThat(OtherWeights.matches(name, 0, false)).isFalse();
  }

  @Test
  void directoriesAndDepthCount() {
    assertThat(OtherWeights.matches("original", 0, true)).isTrue();
    assertThat(OtherWeights.matches("original", 1, true)).isFalse();
    assertThat(OtherWeights.matches("Model.mlpackage", 1, true)).isTrue();
    assertThat(OtherWeights.matches("2_Dense", 0, true)).isFalse();
    assertThat(OtherWeights.matches("pytorch_model.bin", 1, false))
        .as("a layer of a sentence transformer")
        .isFalse();
    assertThat(OtherWeights.matches("model.onnx", 1, false)).isTrue();
  }

  @Test
  void areLeftOutOrKept() {
    Path input = root.resolve("in");
    ModelFiles.single(input);
    ModelFiles.write(input.resolve("pytorch_model.bin"), "old");
    ModelFiles.write(input.resolve("model.safetensors.index.json"), "stale");
    ModelFiles.write(input.resolve("original/params.json"), "{}");
    ModelFiles.write(input.resolve("original/consolidated.00.pth"), new byte[1_500_000]);
    ModelFiles.write(input.resolve("vocab.txt"), "kept");

    assertThat(copy("without", false))
        .containsExactly(
            "left out, as they hold the weights as they were: model.safetensors.index.json (5 bytes),"
                + " original/ (1.5 MB), pytorch_model.bin (3 bytes); --keep-other-weights carries"
                + " them over");
    assertThat(ModelFiles.tree(root.resolve("without")).keySet())
        .containsExactlyInAnyOrder("config.json", "model.safetensors", "vocab.txt");
    assertThat(copy("with", true)).isEmpty();
    assertThat(ModelFiles.tree(root.resolve("with"))).isEqualTo(ModelFiles.tree(input));
  }

  @Test
  void theIndexInUseStays() throws IOException {
    Path input = root.resolve("in");
    ModelFiles.single(input);
    String shard = "model-00001-of-00001.safetensors";
    Files.move(input.resolve("model.safetensors"), input.resolve(shard));
    ModelFiles.write(
        input.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"%s\",\"b\":\"%s\"}}".formatted(shard, shard));

    assertThat(copy("out", false)).isEmpty();
    assertThat(ModelFiles.tree(root.resolve("out"))).isEqualTo(ModelFiles.tree(input));
  }

  private List<String> copy(String output, boolean keep) {
    Configuration hadoop = new Configuration();
    try (CheckpointWriter writer =
        CheckpointWriter.create(ModelFiles.hadoop(root.resolve(output)), false, null, hadoop)) {
      Checkpoint input = Checkpoint.open(ModelFiles.hadoop(root.resolve("in")), hadoop);
      List<String> remarks = writer.copyOtherFiles(input, keep);
      writer.add(
          List.of(
              ShardRewriter.rewrite(
                      input.directory(),
                      input.shards().get(0),
                      writer.staging(),
                      "attempt-1",
                      Map.of(),
                      false,
                      hadoop)
                  .file()));
      writer.publish();
      return remarks;
    }
  }
}

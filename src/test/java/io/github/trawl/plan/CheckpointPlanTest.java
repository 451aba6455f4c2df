package io.github.trawl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.SliceReader;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.ShardReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a directory on disk to the numbers in a stack. */
class CheckpointPlanTest {
  @TempDir private Path folder;

  /** A GPT-2 of one layer and hidden size 2, whose elements are numbered through the file. */
  @BeforeEach
  void writeModel() throws IOException {
    String header =
        """
        {"h.0.attn.c_attn.weight": {"dtype": "F32", "shape": [2, 6], "data_offsets": [0, 48]},
         "h.0.attn.c_proj.weight": {"dtype": "F32", "shape": [2, 2], "data_offsets": [48, 64]},
         "h.0.mlp.c_fc.weight": {"dtype": "F32", "shape": [2, 8], "data_offsets": [64, 128]},
         "h.0.mlp.c_proj.weight": {"dtype": "F32", "shape": [8, 2], "data_offsets": [128, 192]}}
        """;
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + 192).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    for (int i = 0; i < 48; i++) {
      file.putFloat(i);
    }
    Files.write(folder.resolve("model.safetensors"), file.array());
    writeConfig("gpt2");
  }

  @Test
  void valuesOfAStack() {
    Checkpoint checkpoint = open();
    Architecture architecture = Architecture.forModel(checkpoint);
    StackPlan plan =
        StackPlan.create(architecture, checkpoint, new StackSelection(Strategy.LAYER, "fc", "all"));
    WeightStack stack = plan.stacks().get(0);
    FloatBuffer values = FloatBuffer.allocate(stack.depth() * stack.rows() * stack.columns());
    try (ShardReader reader =
        ShardReader.open(checkpoint.directory(), checkpoint.shards().get(0), new Configuration())) {
      for (WeightSlice slice : stack.slices()) {
        SliceReader.read(reader, slice, 0, slice.rows(), values);
      }
    }
    // c_fc is stored [in, out], so UP transposed is as stored; c_proj is stored transposed.
    assertThat(values.array())
        .containsExactly(
            16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 34, 36, 38, 40, 42,
            44, 46, 33, 35, 37, 39, 41, 43, 45, 47);
  }

  @Test
  void inspection() {
    Checkpoint checkpoint = open();
    assertThat(InspectReport.create(checkpoint, Architecture.forModel(checkpoint)).text())
        .contains("model_type gpt2, architecture gpt2, 1 layer", "48 parameters in 4 tensors")
        .contains("[in, out], part of [2, 6]", "(2, 2, 8)", "upT, down");
  }

  // An inspection lists the tensors of a model that is not known, too.
  @Test
  void unknownModels() throws IOException {
    writeConfig("newformer");
    Checkpoint checkpoint = open();
    assertThatThrownBy(() -> Architecture.forModel(checkpoint))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll(folder.toString(), "\"newformer\"", "h.{i}.mlp.c_fc.weight (1)");
    assertThat(InspectReport.withoutArchitecture(checkpoint, "not known").text())
        .contains("architecture unknown", "h.{i}.mlp.c_fc.weight", "- not known");
  }

  private void writeConfig(String modelType) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\": \"%s\", \"n_layer\": 1, \"n_embd\": 2, \"n_head\": 1}"
            .formatted(modelType));
  }

  private Checkpoint open() {
    return Checkpoint.open(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration());
  }
}

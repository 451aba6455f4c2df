package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.factors.FactorEdits;
import io.github.trawl.factors.MatrixEdit;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors of the small LLaMA: 32 x 48 values each in its feed-forward networks. */
class EditedTensorsTest {
  private static final long TENSOR_BYTES = 32 * 48 * Float.BYTES;

  @TempDir private Path folder;
  private Checkpoint checkpoint;
  private List<MatrixEdit> edits;

  @BeforeEach
  void factors() throws IOException {
    Path model = SmallModels.write("llama", folder.resolve("model"));
    org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(model.toUri());
    org.apache.hadoop.fs.Path edited =
        new org.apache.hadoop.fs.Path(folder.resolve("edited").toUri());
    try (JavaSparkContext spark = SmallJobs.spark()) {
      SmallJobs.denoise(spark, source, edited, "up,down", "1");
    }
    checkpoint = Checkpoint.open(source, new Configuration());
    edits =
        new FactorEdits(checkpoint, Architecture.forModel(checkpoint), new Configuration())
            .find(edited.toString())
            .values()
            .iterator()
            .next();
  }

  @Test
  void makesATensorOnceForASession() {
    EditedTensors tensors = new EditedTensors(10 * TENSOR_BYTES);
    Map<String, float[]> first = values(tensors, "one");
    assertThat(first.keySet())
        .containsExactlyInAnyOrder(
            "model.layers.1.mlp.up_proj.weight", "model.layers.1.mlp.down_proj.weight");
    assertThat(tensors.bytes()).isEqualTo(2 * TENSOR_BYTES);
    Map<String, float[]> again = values(tensors, "one");
    first.forEach((name, array) -> assertThat(again.get(name)).isSameAs(array));
    Map<String, float[]> another = values(tensors, "another");
    first.forEach(
        (name, array) -> assertThat(another.get(name)).isNotSameAs(array).containsExactly(array));
    assertThat(tensors.bytes()).isEqualTo(4 * TENSOR_BYTES);
    Map<String, float[]> interleaved = values(tensors, "one");
    first.forEach((name, array) -> assertThat(interleaved.get(name)).isSameAs(array));
  }

  @Test
  void keepsNoMoreThanItMayAndGivesTheSameValues() {
    Map<String, float[]> expected = values(new EditedTensors(10 * TENSOR_BYTES), "one");
    for (long limit : new long[] {0, TENSOR_BYTES, 2 * TENSOR_BYTES - 1}) {
      EditedTensors tensors = new EditedTensors(limit);
      for (int again = 0; again < 2; again++) {
        Map<String, float[]> actual = values(tensors, "one");
        expected.forEach((name, array) -> assertThat(actual.get(name)).containsExactly(array));
        assertThat(tensors.bytes()).isEqualTo(limit == 0 ? 0 : TENSOR_BYTES);
      }
    }
  }

  private Map<String, float[]> values(EditedTensors tensors, String evaluation) {
    ExecutionSettings execution =
        new ExecutionSettings(
            evaluation,
            ModelSource.of(checkpoint, NumberType.FLOAT32, false),
            (source, placement, hadoop) -> null,
            0,
            0,
            1,
            DeviceChoice.CPU,
            0,
            new SerializableConfiguration(new Configuration()));
    Map<String, float[]> values = new LinkedHashMap<>();
    tensors.forEach(execution, edits, (name, made) -> values.put(name, array(made.get())));
    return values;
  }

  private static float[] array(FloatBuffer buffer) {
    assertThat(buffer.remaining()).isEqualTo(buffer.array().length);
    return buffer.array();
  }
}

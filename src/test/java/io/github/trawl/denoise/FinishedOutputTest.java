package io.github.trawl.denoise;

import static io.github.trawl.denoise.DenoiseRuns.cp;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.Progress;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Which outputs a repeated request takes for its own. */
class FinishedOutputTest extends DenoiseFixture {
  private static final String SHARD = "model-00001-of-00001.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private static final String ARCHITECTURE =
      """
      {"model_types": "gptj", "layer_prefixes": "transformer.h.{i}.",
       "config_keys": {"layers": "n_layer"},
       "tensors": [{"name": "mlp.fc_in.weight", "holds": "UP"},
                   {"name": "mlp.fc_out.weight", "holds": "DOWN"}]}
      """;

  @Test
  void allWeightAndFactorFilesMustBeThere() throws IOException {
    DenoiseRequest request = request(Optional.empty());
    assertThat(isFinished(request)).isFalse();
    run(request);
    assertThat(isFinished(request)).isTrue();
    Path output = directory.resolve("output");
    for (String name :
        List.of("model.safetensors", "factors/layer-0-fc.arrow", "factors/layer-1-fc.arrow")) {
      Path file = output.resolve(name);
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      assertThat(isFinished(request)).as("without " + name).isFalse();
      Files.write(file, Arrays.copyOf(content, content.length - 1));
      assertThat(isFinished(request)).as("with a cut " + name).isFalse();
      Files.write(file, content);
      assertThat(isFinished(request)).as("with " + name).isTrue();
    }
  }

  @Test
  void aModelMustHaveItsConfigurationAndTheIndexOfItsShards() throws IOException {
    StringBuilder names = new StringBuilder();
    Checkpoint.open(new org.apache.hadoop.fs.Path(model.toUri()), new Configuration())
        .tensors()
        .forEach(
            tensor ->
                names
                    .append(names.isEmpty() ? "" : ",")
                    .append("\"%s\":\"%s\"".formatted(tensor.name(), SHARD)));
    Files.move(model.resolve("model.safetensors"), model.resolve(SHARD));
    Files.writeString(model.resolve(INDEX), "{\"weight_map\": {" + names + "}}");
    DenoiseRequest request = request(Optional.empty());
    run(request);
    assertThat(isFinished(request)).isTrue();
    for (String name : List.of(INDEX, "config.json")) {
      Path file = directory.resolve("output").resolve(name);
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      assertThat(isFinished(request)).as("without " + name).isFalse();
      Files.write(file, content);
      assertThat(isFinished(request)).as("with " + name).isTrue();
    }
  }

  @Test
  void theArchitectureFileMustSayTheSame() throws IOException {
    Path file = Files.writeString(directory.resolve("architecture.json"), ARCHITECTURE);
    DenoiseRequest request = request(Optional.of(file));
    run(request);
    JsonNode recorded = DenoiseRuns.manifest(directory.resolve("output")).get("architecture");
    assertThat(recorded).isEqualTo(new ObjectMapper().readTree(ARCHITECTURE));
    assertThat(isFinished(request)).isTrue();
    Files.writeString(file, ARCHITECTURE.replace("\n", " "));
    assertThat(isFinished(request)).as("in other words").isTrue();
    Files.writeString(file, ARCHITECTURE.replace("\"UP\"", "\"GATE\""));
    assertThat(isFinished(request)).as("of other content").isFalse();
    assertThat(isFinished(request(Optional.empty()))).as("without one").isFalse();
  }

  private DenoiseRequest request(Optional<Path> architecture) {
    DenoiseRequest request =
        DenoiseRuns.request(
            model, directory.resolve("output"), cp(2), "fc", Strategy.LAYER, 1 << 30);
    return new DenoiseRequest(
        request.model(),
        request.output(),
        request.overwrite(),
        architecture.map(file -> new org.apache.hadoop.fs.Path(file.toUri())),
        request.selection(),
        request.options(),
        request.limits(),
        request.threads(),
        request.inputDigest(),
        request.givenConfig());
  }

  private static void run(DenoiseRequest request) {
    new DenoiseJob(spark, Progress.NONE).run(request);
  }

  private static boolean isFinished(DenoiseRequest request) {
    return FinishedOutput.matches(request, /* trustLengths= */ false, new Configuration());
  }
}

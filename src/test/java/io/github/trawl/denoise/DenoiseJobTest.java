package io.github.trawl.denoise;

import static io.github.trawl.denoise.DenoiseRuns.MEMORY;
import static io.github.trawl.denoise.DenoiseRuns.bytes;
import static io.github.trawl.denoise.DenoiseRuns.cp;
import static io.github.trawl.denoise.DenoiseRuns.leftovers;
import static io.github.trawl.denoise.DenoiseRuns.manifest;
import static io.github.trawl.denoise.DenoiseRuns.open;
import static io.github.trawl.denoise.DenoiseRuns.request;
import static io.github.trawl.denoise.DenoiseRuns.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.Progress;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorRef;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.LowRankTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class DenoiseJobTest extends DenoiseFixture {
  @Test
  void replacesTheSelectedMatricesAndKeepsAllElse() throws IOException {
    Path output = directory.resolve("output");
    DenoiseSummary summary = run(request(model, output, cp(3), "fc", Strategy.LAYER, 1 << 30));
    assertThat(summary.stacks()).isEqualTo(2);
    assertThat(summary.matrices()).isEqualTo(4);
    Checkpoint before = open(model);
    Checkpoint after = open(output);
    assertThat(after.tensors()).isEqualTo(before.tensors());
    for (TensorInfo tensor : before.tensors()) {
      boolean selected =
          tensor.name().endsWith("fc_in.weight") || tensor.name().endsWith("fc_out.weight");
      assertThat(Arrays.equals(bytes(model, tensor), bytes(output, tensor)))
          .as(tensor.name())
          .isNotEqualTo(selected);
    }
    assertThat(Files.readString(output.resolve("vocab.json"))).isEqualTo("{\"a\": 0}");
    assertThat(leftovers(directory)).isEmpty();
  }

  /** The slices written back are those of the factors, transposed where they were stacked so. */
  @Test
  void writesWhatTheFactorsSay() throws IOException {
    Path output = directory.resolve("output");
    run(request(model, output, cp(5), "fc", Strategy.MODEL, 1 << 30));
    LowRankTensor factors =
        FactorFile.read(
            new FactorRef(output.resolve("factors/model-fc.arrow").toUri().toString(), 5, 7),
            new Configuration());
    assertThat(List.of(factors.depth(), factors.rows(), factors.columns()))
        .isEqualTo(List.of(4, TinyModel.HIDDEN, TinyModel.INNER));
    FloatBuffer slice = FloatBuffer.allocate(TinyModel.HIDDEN * TinyModel.INNER);
    Checkpoint after = open(output);
    for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
      factors.reconstruct(2 * layer, 0, TinyModel.HIDDEN, 0, TinyModel.INNER, slice.clear());
      float[] in = values(output, after.tensor("transformer.h." + layer + ".mlp.fc_in.weight"));
      for (int row = 0; row < TinyModel.INNER; row++) {
        for (int column = 0; column < TinyModel.HIDDEN; column++) {
          assertThat(in[row * TinyModel.HIDDEN + column])
              .isCloseTo(slice.get(column * TinyModel.INNER + row), within(1e-6f));
        }
      }
      factors.reconstruct(2 * layer + 1, 0, TinyModel.HIDDEN, 0, TinyModel.INNER, slice.clear());
      float[] out = values(output, after.tensor("transformer.h." + layer + ".mlp.fc_out.weight"));
      for (int i = 0; i < out.length; i++) {
        assertThat(out[i]).isCloseTo(slice.get(i), within(1e-6f));
      }
    }
  }

  /** A full-rank SVD gives the matrix back, so every layer of the way there and back is exact. */
  @Test
  void aFullRankSvdChangesNothingButRounding() throws IOException {
    Path output = directory.resolve("output");
    DenoiseSummary summary =
        run(
            request(
                model,
                output,
                DecompositionOptions.ofRatio(DecompositionMethods.SVD, 1.0),
                "qkvo",
                Strategy.LAYER,
                1 << 30));
    assertThat(summary.stacks()).isEqualTo(8);
    for (TensorInfo tensor : open(model).tensors()) {
      if (tensor.dtype().isDecodable()) {
        float[] expected = values(model, tensor);
        float[] actual = values(output, tensor);
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i]).isCloseTo(expected[i], within(1e-6f));
        }
      }
    }
  }

  @Test
  void aTuckerOfFullRankChangesNothingButRounding() throws IOException {
    Path output = directory.resolve("output");
    run(
        request(
            model,
            output,
            DecompositionOptions.of(DecompositionMethods.TUCKER, 48, 0, 20, 1e-4),
            "fc",
            Strategy.SEGMENT,
            1 << 30));
    for (TensorInfo tensor : open(model).tensors()) {
      if (tensor.dtype().isDecodable()) {
        float[] expected = values(model, tensor);
        float[] actual = values(output, tensor);
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
        }
      }
    }
  }

  /** A stack of two dtypes is solved in float32, each matrix written in its own. */
  @Test
  void writesEachMatrixOfAMixedStackInItsOwnDtype() throws IOException {
    model = directory.resolve("mixed");
    TinyModel.write(model, DType.F32, DType.BF16, TinyModel.HIDDEN);
    Path output = directory.resolve("output");
    DenoiseSummary summary =
        run(
            request(
                model,
                output,
                DecompositionOptions.of(DecompositionMethods.TUCKER, 48, 0, 20, 1e-4),
                "fc",
                Strategy.MODEL,
                1 << 30));
    assertThat(summary.stacks()).isOne();
    assertThat(summary.remarks()).anyMatch(remark -> remark.contains("mix the dtypes F32, BF16"));
    for (String name : List.of("fc_in", "fc_out")) {
      for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
        TensorInfo before =
            open(model).tensor("transformer.h." + layer + ".mlp." + name + ".weight");
        TensorInfo after = open(output).tensor(before.name());
        assertThat(after.dtype()).isEqualTo(layer == 0 ? DType.F32 : DType.BF16);
        float[] expected = values(model, before);
        float[] actual = values(output, after);
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
        }
      }
    }
  }

  /** The same seed gives the same checkpoint, whether or not it was run before. */
  @Test
  void isReproducibleToTheByte() throws IOException {
    run(request(model, directory.resolve("one"), cp(4), "fc", Strategy.LAYER, 1 << 30));
    run(request(model, directory.resolve("two"), cp(4), "fc", Strategy.LAYER, 1 << 30));
    assertThat(
            Files.mismatch(
                directory.resolve("one/model.safetensors"),
                directory.resolve("two/model.safetensors")))
        .isEqualTo(-1);
  }

  /** Above the threshold row blocks are used; the errors agree within rounding. */
  @Test
  void distributesStacksAboveTheThreshold() throws IOException {
    Path here = directory.resolve("here");
    Path spread = directory.resolve("spread");
    run(request(model, here, cp(4), "fc", Strategy.MODEL, 1 << 30));
    run(request(model, spread, cp(4), "fc", Strategy.MODEL, 1));
    JsonNode expected = manifest(here).path("tensors");
    JsonNode actual = manifest(spread).path("tensors");
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).path("relative_error").asDouble())
          .isCloseTo(expected.get(i).path("relative_error").asDouble(), within(1e-3));
    }
    for (Path output : List.of(here, spread)) {
      JsonNode arithmetic = manifest(output).path("arithmetic");
      assertThat(arithmetic).hasSize(1);
      assertThat(arithmetic.get(0).path("blas").asText()).isEqualTo(BlasProvider.blas().name());
      assertThat(arithmetic.get(0).path("cpu").asText()).startsWith(System.getProperty("os.arch"));
    }
  }

  /** As in a notebook or a server of jobs: neither takes the other's blocks. */
  @Test
  void twoJobsAtOnceWriteWhatEachWritesAlone() throws IOException {
    List<CompletableFuture<DenoiseSummary>> jobs = new ArrayList<>();
    for (int rank : new int[] {3, 4}) {
      run(request(model, directory.resolve("alone" + rank), cp(rank), "fc", Strategy.MODEL, 1));
      DenoiseRequest request =
          request(model, directory.resolve("beside" + rank), cp(rank), "fc", Strategy.MODEL, 1);
      jobs.add(CompletableFuture.supplyAsync(() -> run(request), work -> new Thread(work).start()));
    }
    jobs.forEach(CompletableFuture::join);
    for (int rank : new int[] {3, 4}) {
      assertThat(directory.resolve("beside" + rank + "/model.safetensors"))
          .hasSameBinaryContentAs(directory.resolve("alone" + rank + "/model.safetensors"));
    }
  }

  @Test
  void saysInTheManifestWhatWasDone() throws IOException {
    Path output = directory.resolve("output");
    run(request(model, output, cp(3), "up", Strategy.LAYER, 1 << 30));
    JsonNode manifest = manifest(output);
    assertThat(manifest.path("input").get(0).path("sha256").asText()).hasSize(64);
    JsonNode tensor = manifest.path("tensors").get(1);
    assertThat(tensor.path("tensor").asText()).isEqualTo("transformer.h.1.mlp.fc_in.weight");
    assertThat(tensor.path("layer").asInt()).isEqualTo(1);
    assertThat(tensor.path("iterations").asInt()).isBetween(1, 30);
    float[] before = values(model, open(model).tensor("transformer.h.1.mlp.fc_in.weight"));
    float[] after = values(output, open(output).tensor("transformer.h.1.mlp.fc_in.weight"));
    double error = 0;
    double norm = 0;
    for (int i = 0; i < before.length; i++) {
      error += Math.pow(after[i] - before[i], 2);
      norm += Math.pow(before[i], 2);
    }
    assertThat(tensor.path("relative_error").asDouble())
        .isCloseTo(Math.sqrt(error / norm), within(1e-6));
  }

  @Test
  void leavesTheDigestOutOfTheManifest() throws IOException {
    Path output = directory.resolve("output");
    DenoiseRequest request = request(model, output, cp(1), "up", Strategy.LAYER, 1 << 30);
    run(
        new DenoiseRequest(
            request.model(),
            request.output(),
            false,
            Optional.empty(),
            request.selection(),
            request.options(),
            new SolveLimits(MEMORY, 1 << 30, 4096),
            request.threads(),
            false,
            request.givenConfig()));
    JsonNode input = manifest(output).path("input").get(0);
    assertThat(input.path("bytes").asLong()).isPositive();
    assertThat(input.has("sha256")).isFalse();
  }

  @Test
  void keepsTheDtype() throws IOException {
    TinyModel.write(directory.resolve("half"), DType.BF16);
    model = directory.resolve("half");
    Path output = directory.resolve("output");
    run(request(model, output, cp(3), "fc", Strategy.LAYER, 1 << 30));
    assertThat(open(output).tensor("transformer.h.0.mlp.fc_in.weight").dtype())
        .isEqualTo(DType.BF16);
  }

  /** {@link RepeatedRunsTest} has fifty runs, of all methods. */
  @Test
  void returnsAllOffHeapMemory() {
    for (int i = 0; i < 4; i++) {
      DenoiseRequest request =
          request(model, directory.resolve("output"), cp(2), "fc", Strategy.LAYER, 1 << 30);
      run(
          new DenoiseRequest(
              request.model(),
              request.output(),
              true,
              Optional.empty(),
              request.selection(),
              DecompositionOptions.of(DecompositionMethods.CP, 2, i, 2, 0),
              new SolveLimits(MEMORY, i % 2 == 0 ? 1 << 30 : 1, 1 << 20),
              request.threads(),
              true,
              request.givenConfig()));
      assertThat(ExecutorMemory.limitedTo(MEMORY).allocatedBytes()).isZero();
    }
  }

  private static DenoiseSummary run(DenoiseRequest request) {
    return new DenoiseJob(spark, Progress.NONE).run(request);
  }
}

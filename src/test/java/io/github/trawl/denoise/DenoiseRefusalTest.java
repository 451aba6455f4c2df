package io.github.trawl.denoise;

import static io.github.trawl.denoise.DenoiseRuns.cp;
import static io.github.trawl.denoise.DenoiseRuns.leftovers;
import static io.github.trawl.denoise.DenoiseRuns.open;
import static io.github.trawl.denoise.DenoiseRuns.request;
import static io.github.trawl.denoise.DenoiseRuns.withMemory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run refuses before it writes or while it works, with nothing left behind. */
class DenoiseRefusalTest extends DenoiseFixture {
  /** A NaN found on an executor is one clear error, and nothing is left. */
  @ParameterizedTest
  @ValueSource(longs = {1, 1 << 30})
  void refusesNanInASelectedMatrixAndLeavesNothing(long threshold) throws IOException {
    TensorInfo tensor = open(model).tensor("transformer.h.1.mlp.fc_out.weight");
    byte[] file = Files.readAllBytes(model.resolve("model.safetensors"));
    ByteBuffer.wrap(file, (int) tensor.offset() + 40, 4)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putFloat(Float.NaN);
    Files.write(model.resolve("model.safetensors"), file);
    Path output = directory.resolve("output");
    assertThatThrownBy(() -> run(request(model, output, cp(3), "fc", Strategy.LAYER, threshold)))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining("transformer.h.1.mlp.fc_out.weight")
        .hasMessageContaining("NaN");
    assertThat(output).doesNotExist();
    assertThat(leftovers(directory)).isEmpty();
  }

  /** Weights that are finite, and whose products are not in float32: in a task and spread. */
  @ParameterizedTest
  @CsvSource({"cp, 1", "cp, 1073741824", "tucker, 1073741824", "svd, 1073741824"})
  void namesTheStackWhoseSumsAreNotFinite(String method, long threshold) throws IOException {
    TensorInfo tensor = open(model).tensor("transformer.h.1.mlp.fc_out.weight");
    byte[] file = Files.readAllBytes(model.resolve("model.safetensors"));
    for (long offset = tensor.offset(); offset < tensor.offset() + tensor.length(); offset += 4) {
      ByteBuffer.wrap(file, (int) offset, 4)
          .order(java.nio.ByteOrder.LITTLE_ENDIAN)
          .putFloat(3e38f);
    }
    Files.write(model.resolve("model.safetensors"), file);
    DecompositionOptions options =
        DecompositionOptions.of(DecompositionMethods.find(method).orElseThrow(), 3, 0, 50, 0);
    Path output = directory.resolve("output");
    assertThatThrownBy(() -> run(request(model, output, options, "fc", Strategy.LAYER, threshold)))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageStartingWith(method.equals("svd") ? "layer-1-down: " : "layer-1-fc: ")
        .hasMessageContainingAll("not finite", "--layers");
    assertThat(output).doesNotExist();
    assertThat(leftovers(directory)).isEmpty();
  }

  @Test
  void refusesAnExistingOutputAndTheInputItself() {
    Path output = directory.resolve("output");
    run(request(model, output, cp(2), "fc", Strategy.LAYER, 1 << 30));
    assertThatThrownBy(() -> run(request(model, output, cp(2), "fc", Strategy.LAYER, 1 << 30)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("overwrite");
    assertThatThrownBy(() -> run(request(model, model, cp(2), "fc", Strategy.LAYER, 1 << 30)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining(model.getFileName().toString());
  }

  @Test
  void namesTheSettingWhenOffHeapMemoryIsShort() {
    DenoiseRequest small =
        request(model, directory.resolve("o"), cp(2), "fc", Strategy.MODEL, 1 << 30);
    // The tensor, the factors and the basis of its 48 rows; scratch memory comes on top.
    long least = 4 * 4 * 12 * 48 + 4 * (12 + 48) * 2 + 2 * 8 * 48 * 48;
    assertThatThrownBy(() -> run(withMemory(small, least)))
        .isInstanceOf(TrawlException.class)
        .hasMessageStartingWith("off-heap memory: ")
        .hasMessageContaining("memory.off-heap");
  }

  @Test
  void refusesWhatOneTaskCannotHoldBeforeSparkIsNeeded() {
    DecompositionOptions tucker = DecompositionOptions.of(DecompositionMethods.TUCKER, 2, 0, 3, 0);
    DenoiseRequest request =
        request(model, directory.resolve("output"), tucker, "fc", Strategy.MODEL, 1 << 30);
    assertThatThrownBy(() -> DenoiseJob.check(withMemory(request, 4096), new Configuration()))
        .isInstanceOfSatisfying(
            TrawlException.class,
            refusal -> assertThat(refusal.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContainingAll("model-fc", "one task", "--memory.off-heap", "strategy");
    DenoiseJob.check(request, new Configuration());
  }

  @Test
  void refusesARankAboveThatOfAMatrixBeforeSparkIsNeeded() {
    DecompositionOptions svd = DecompositionOptions.of(DecompositionMethods.SVD, 13, 0, 1, 0);
    DenoiseRequest request =
        request(model, directory.resolve("output"), svd, "fc", Strategy.LAYER, 1 << 30);
    assertThatThrownBy(() -> DenoiseJob.check(request, new Configuration()))
        .isInstanceOfSatisfying(
            TrawlException.class,
            refusal -> assertThat(refusal.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContainingAll("rank 13", "layer-0-up", "(1, 12, 48)", "up to 12");
  }

  /**
   * A slice of 12 x 48: rank 13 keeps all its rows, which the plan says; 49 approximates nothing.
   */
  @Test
  void saysWhatBecomesOfALargeTuckerRank() {
    DecompositionOptions large = DecompositionOptions.of(DecompositionMethods.TUCKER, 13, 0, 1, 0);
    Path output = directory.resolve("output");
    DenoiseSummary summary = run(request(model, output, large, "fc", Strategy.LAYER, 1 << 30));
    assertThat(summary.remarks())
        .containsExactly("rank 13 of (2, 12, 48) becomes ranks (2, 12, 13)");
    DecompositionOptions whole = DecompositionOptions.of(DecompositionMethods.TUCKER, 24, 0, 1, 0);
    assertThat(
            run(request(model, directory.resolve("whole"), whole, "fc", Strategy.LAYER, 1 << 30))
                .remarks())
        .containsExactly(
            "rank 24 of (2, 12, 48) becomes ranks (2, 12, 24), which hold the whole tensor: nothing"
                + " is denoised");
    DecompositionOptions larger = DecompositionOptions.of(DecompositionMethods.TUCKER, 49, 0, 1, 0);
    DenoiseRequest request =
        request(model, directory.resolve("larger"), larger, "fc", Strategy.LAYER, 1 << 30);
    assertThatThrownBy(() -> DenoiseJob.check(request, new Configuration()))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("rank 49", "layer-0-fc", "(2, 12, 48)", "up to 48");
  }

  @Test
  void refusesAccelerationOfSpreadStacksBeforeSparkIsNeeded() {
    DecompositionOptions accelerated =
        new DecompositionOptions(
            DecompositionMethods.CP,
            List.of(2),
            List.of(),
            List.of(0L),
            3,
            0,
            StartDistribution.UNIFORM,
            Acceleration.EXTRAPOLATION);
    long bytes = 4L * TinyModel.LAYERS * 2 * TinyModel.HIDDEN * TinyModel.INNER;
    Path output = directory.resolve("output");
    DenoiseRequest spread = request(model, output, accelerated, "fc", Strategy.MODEL, bytes - 1);
    assertThatThrownBy(() -> DenoiseJob.check(spread, new Configuration()))
        .isInstanceOfSatisfying(
            TrawlException.class,
            refusal -> assertThat(refusal.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContainingAll("model-fc", bytes + " bytes", "--acceleration");
    DenoiseRequest resident = request(model, output, accelerated, "fc", Strategy.MODEL, bytes);
    DenoiseJob.check(resident, new Configuration());
    assertThat(run(resident).stacks()).isOne();
  }

  private static DenoiseSummary run(DenoiseRequest request) {
    return new DenoiseJob(spark, Progress.NONE).run(request);
  }
}

package io.github.trawl.denoise;

import static io.github.trawl.denoise.DenoiseRuns.manifest;
import static io.github.trawl.denoise.DenoiseRuns.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.Numerics;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorHeader;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.FactorRef;
import io.github.trawl.plan.Strategy;
import io.github.trawl.tensor.LowRankTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several ranks and seeds of a stack in one run, beside runs of one each. */
class BatchTest extends DenoiseFixture {
  private static final List<Integer> RANKS = List.of(2, 7, 4);
  private static final List<Long> SEEDS = List.of(3L, 11L);

  /** In one task and over row blocks: the fits and the tensors are those of single runs. */
  @ParameterizedTest
  @CsvSource({
    "cp, LAYER, 1000000000, layer-1-fc",
    "cp, MODEL, 1, model-fc",
    "tucker, LAYER, 1000000000, layer-1-fc",
    "svd, MODEL, 1000000000, layer-1-down"
  })
  void membersAreThoseOfSingleRuns(String key, Strategy strategy, long threshold, String stack)
      throws IOException {
    DecompositionMethod method = DecompositionMethods.find(key).orElseThrow();
    Path output = directory.resolve("batch");
    DenoiseSummary summary =
        run(request(model, output, options(method, RANKS, SEEDS), "fc", strategy, threshold));
    List<Long> seeds = key.equals("cp") ? SEEDS : List.of(3L);
    assertThat(summary.members()).isEqualTo(RANKS.size() * seeds.size());
    assertThat(summary.matrices()).isZero();
    FactorHeader header = FactorFile.header(file(output, stack), new Configuration());
    assertThat(header.members()).hasSize(summary.members());
    for (int rank : RANKS) {
      for (long seed : seeds) {
        Path single = directory.resolve("single-" + rank + "-" + seed);
        run(
            request(
                model,
                single,
                options(method, List.of(rank), List.of(seed)),
                "fc",
                strategy,
                threshold));
        FactorMember expected =
            FactorFile.header(file(single, stack), new Configuration()).members().get(0);
        assertThat(header.members())
            .anySatisfy(
                member -> {
                  assertThat(member.name()).isEqualTo(expected.name());
                  assertThat(member.fit()).isCloseTo(expected.fit(), within(1e-5));
                });
        long stored = key.equals("cp") ? seed : 0;
        assertThat(values(output, stack, rank, stored))
            .usingComparatorWithPrecision(1e-3f)
            .containsExactly(values(single, stack, rank, stored));
      }
    }
  }

  /** One file for each stack, with one solve, and neither weights nor a tokenizer. */
  @Test
  void leavesFactorsAndAManifestAlone() throws IOException {
    Path output = directory.resolve("batch");
    run(
        request(
            model,
            output,
            options(DecompositionMethods.CP, RANKS, SEEDS),
            "fc",
            Strategy.LAYER,
            1 << 30));
    try (Stream<Path> files = Files.walk(output)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> output.relativize(file).toString()))
          .filteredOn(name -> !name.endsWith(".crc"))
          .containsExactlyInAnyOrder(
              "trawl.json", "factors/layer-0-fc.arrow", "factors/layer-1-fc.arrow");
    }
    assertThat(
            Files.readString(
                output.resolve("factors/layer-0-fc.arrow"), StandardCharsets.ISO_8859_1))
        .contains("trawl.numerics");
    JsonNode manifest = manifest(output);
    assertThat(manifest.at("/versions/numerics").asInt()).isEqualTo(Numerics.VERSION);
    assertThat(manifest.path("weights").asBoolean(true)).isFalse();
    assertThat(manifest.path("tensors")).isEmpty();
    assertThat(manifest.path("input").get(0).path("bytes").asLong())
        .isEqualTo(Files.size(model.resolve("model.safetensors")));
    JsonNode members = manifest.path("stacks").get(1).path("members");
    assertThat(members).hasSize(6);
    assertThat(members.get(3).path("name").asText()).isEqualTo("r7-s11");
    assertThat(members.get(3).path("rank").asInt()).isEqualTo(7);
    assertThat(members.get(3).path("seed").asLong()).isEqualTo(11);
    assertThatThrownBy(
            () ->
                run(
                    request(
                        output,
                        directory.resolve("again"),
                        DenoiseRuns.cp(2),
                        "fc",
                        Strategy.LAYER,
                        1 << 30)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining(output.toString());
  }

  /** ρ of 12, the shorter side: 0.5 is rank 6. */
  @Test
  void aBatchOfRatiosIsOneSvdOfTheLargest() {
    DecompositionOptions ratios =
        new DecompositionOptions(
            DecompositionMethods.SVD,
            List.of(),
            List.of(0.25, 0.5),
            List.of(0L),
            1,
            0,
            StartDistribution.UNIFORM,
            Acceleration.NONE);
    Path output = directory.resolve("ratios");
    run(request(model, output, ratios, "qkvo", Strategy.LAYER, 1 << 30));
    FactorHeader header = FactorFile.header(file(output, "layer-0-q"), new Configuration());
    assertThat(header.nested()).isTrue();
    assertThat(header.members()).extracting(FactorMember::name).containsExactly("p0.25", "p0.5");
    assertThat(header.members()).extracting(FactorMember::rank).containsExactly(3, 6);
    assertThat(header.members().get(0).fit()).isLessThan(header.members().get(1).fit());
  }

  private static DecompositionOptions options(
      DecompositionMethod method, List<Integer> ranks, List<Long> seeds) {
    return new DecompositionOptions(
        method, ranks, List.of(), seeds, 12, 0, StartDistribution.UNIFORM, Acceleration.NONE);
  }

  private static org.apache.hadoop.fs.Path file(Path output, String stack) {
    return new org.apache.hadoop.fs.Path(
        output.resolve("factors/" + stack + ".arrow").toUri().toString());
  }

  private static float[] values(Path output, String stack, int rank, long seed) {
    LowRankTensor tensor =
        FactorFile.read(
            new FactorRef(file(output, stack).toString(), rank, seed), new Configuration());
    FloatBuffer values = FloatBuffer.allocate(tensor.depth() * tensor.rows() * tensor.columns());
    for (int slice = 0; slice < tensor.depth(); slice++) {
      tensor.reconstruct(slice, 0, tensor.rows(), 0, tensor.columns(), values);
    }
    return values.array();
  }

  private static DenoiseSummary run(DenoiseRequest request) {
    return new DenoiseJob(spark, Progress.NONE).run(request);
  }
}

package io.github.trawl.denoise;

import static io.github.trawl.denoise.DenoiseRuns.cp;
import static io.github.trawl.denoise.DenoiseRuns.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.Strategy;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.sweep.SweptPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is planned and refused, before Spark is needed, if factors are taken from a sweep. */
class SweptPlanTest extends DenoiseFixture {
  private Path sweep;

  /** Two points that each stack one layer of the model, put together. */
  @BeforeEach
  void writeSweep() throws IOException {
    sweep = directory.resolve("sweep");
    new DenoiseJob(spark, Progress.NONE)
        .run(DenoiseRuns.request(model, sweep, cp(2), "fc", Strategy.LAYER, 1 << 30));
    String point =
        """
        {"id": "model-fc-%1$d-cp-r2-s7", "strategy": "model", "matrices": "fc", "layers": "%1$d",
         "method": "cp", "rank": 2, "seed": 7, "max_iterations": 30, "tolerance": 1.0E-6,
         "start": "uniform", "acceleration": "none",
         "factors": ["factors/layer-%1$d-fc.arrow#r2-s7"]}
        """;
    Files.writeString(
        sweep.resolve("result.json"),
        """
        {"format": 1, "state": "complete", "planned": 2, "failed": [], "points": [%s, %s],
         "composed": [{"id": "both", "accepted": true,
                       "points": ["model-fc-0-cp-r2-s7", "model-fc-1-cp-r2-s7"]}]}
        """
            .formatted(point.formatted(0), point.formatted(1)));
  }

  /** Each is a file of the output and an entry of its manifest. */
  @Test
  void stacksOfOneNameGetNamesOfTheirOwn() {
    DenoiseRequest request = request(DenoiseRuns.MEMORY);
    DenoisePlan plan = DenoisePlan.of(request, open(model), new Configuration());
    assertThat(plan.stacks())
        .extracting(WeightStack::name)
        .containsExactly("model-fc", "model-fc-2");
    assertThat(plan.stacks())
        .extracting(stack -> stack.slices().get(0).layer())
        .containsExactly(0, 1);
    DenoiseJob.check(request, new Configuration());
  }

  /** Each stack of 2 x 12 x 48: factors of rank 2, and as scratch one slice and as much again. */
  @Test
  void memoryThatDoesNotSufficeIsSaidBeforeSparkIsNeeded() {
    long factors = 4 * 2 * (1 + 2 + 12 + 48);
    long bytes = 2 * (factors + 4 * 12 * 48 + factors);
    DenoiseJob.check(request(bytes), new Configuration());
    assertThatThrownBy(() -> DenoiseJob.check(request(bytes - 1), new Configuration()))
        .isInstanceOfSatisfying(
            TrawlException.class,
            refusal -> assertThat(refusal.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContainingAll(
            "writing a weight file needs", "--memory.off-heap", "or choose another point");
  }

  @Test
  void aDecompositionThatItsFileDoesNotHoldIsSaidBeforeSparkIsNeeded() throws IOException {
    Path result = sweep.resolve("result.json");
    Files.writeString(
        result, Files.readString(result).replace("1-fc.arrow#r2-s7", "1-fc.arrow#r2-s8"));
    assertThatThrownBy(() -> DenoiseJob.check(request(DenoiseRuns.MEMORY), new Configuration()))
        .isInstanceOfSatisfying(
            TrawlException.class,
            refusal -> assertThat(refusal.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining("layer-1-fc.arrow holds no r2-s8, though result.json of the sweep");
  }

  private DenoiseRequest request(long memory) {
    SweptPoint point =
        SweptPoint.read(
            new org.apache.hadoop.fs.Path(sweep.toUri()),
            Optional.of(SweptPoint.COMPOSED),
            new Configuration());
    SweptPoint.Part first = point.parts().get(0);
    return new DenoiseRequest(
        new org.apache.hadoop.fs.Path(model.toUri()),
        new org.apache.hadoop.fs.Path(directory.resolve("output").toUri()),
        false,
        Optional.empty(),
        first.selection(),
        first.options(),
        new SolveLimits(memory, 1 << 30, 4096),
        OptionalInt.empty(),
        true,
        false,
        Verification.STRUCTURE,
        Optional.of(point),
        new ObjectMapper().createObjectNode());
  }
}

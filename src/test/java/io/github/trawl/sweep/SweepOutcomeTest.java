package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scheduler is told of a sweep. */
class SweepOutcomeTest {
  @TempDir private Path folder;

  @Test
  void pointsAreCountedByHowTheyEnded() throws IOException {
    FakeWork work = new FakeWork();
    work.failing.add("layer-fc-1-cp-r2-s0");
    FakeSweep sweep =
        new FakeSweep(
            folder,
            IntStream.of(1, 2, 4, 8).mapToObj(SweepOutcomeTest::point).toList(),
            FakeSweep.RACE,
            2000);
    sweep.runAndWrite(work);
    SweepOutcome outcome = SweepOutcome.of(ResultFile.read(sweep.output(), new Configuration()));
    assertThat(outcome.counts().toString())
        .isEqualTo(
            "{\"state\":\"failed-points\",\"planned\":4,\"done\":1,\"pruned\":2,\"failed\":1,\"missing\":0}");
    assertThat(outcome.afterRun(3).counts().get("failures").asInt()).isEqualTo(3);
    JsonNode best = outcome.best().orElseThrow();
    assertThat(best.get("point").asText()).isEqualTo("layer-fc-1-cp-r8-s0");
    // Right in about 600 of 1,000 cases where the model is right in about 300.
    assertThat(best.get("examples").asInt()).isEqualTo(1000);
    assertThat(best.get("difference").asDouble())
        .isBetween(0.2, 0.4)
        .isEqualTo(best.get("value").asDouble() - best.get("unmodified").asDouble());
    assertThat(best.get("helps").asBoolean()).isTrue();
    assertThat(best.get("p").asDouble()).isLessThan(1e-6);
    assertThat(best.get("family_wise_p").asDouble()).isLessThan(0.01);
  }

  private static Point point(int rank) {
    return new Point(
        new StackSelection(Strategy.LAYER, "fc", "1"),
        DecompositionMethods.CP,
        new DecompositionSize.Rank(rank),
        0,
        IterationSettings.defaults(DecompositionMethods.CP));
  }
}

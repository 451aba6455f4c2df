package io.github.trawl.denoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.plan.WeightStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackMemoryTest {
  private static final int HIDDEN = 128;

  @TempDir private Path directory;

  /** With a byte less no solver gets through; with four times as much all do, small as they are. */
  @ParameterizedTest
  @CsvSource({
    "CP, F32, 8",
    "CP, BF16, 100",
    "TUCKER, F32, 8",
    "TUCKER, BF16, 100",
    "SVD, F32, 8",
    "SVD, F32, 100"
  })
  void isWhatASolverNeeds(DecompositionMethod method, DType dtype, int rank) throws IOException {
    TinyModel.write(directory, dtype, HIDDEN);
    Configuration hadoop = new Configuration();
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), hadoop);
    StackOptions options = new StackOptions(method, rank, Double.NaN, 0, 2, 0);
    StackPlan plan =
        StackPlan.create(
            Architecture.forModel(checkpoint),
            checkpoint,
            new StackSelection(Strategy.MODEL, "fc", "all"));
    WeightStack stack = DenoiseJob.units(plan, options).get(0);
    CheckpointSource source =
        new CheckpointSource(
            checkpoint.directory(),
            checkpoint.shards().stream()
                .collect(Collectors.toMap(ShardFile::name, Function.identity())),
            stack,
            new SerializableConfiguration(hadoop));

    long least = StackMemory.leastBytes(stack, method, rank);

    assertThatThrownBy(() -> new StackSolver(options, least - 1).solveHere(source, 1))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("memory.off-heap");
    assertThat(new StackSolver(options, 4 * least).solveHere(source, 1).iterations())
        .isBetween(0, 2);
  }
}

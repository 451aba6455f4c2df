package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.Progress;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs of {@link DenoiseJob} whose files are compared byte for byte. */
public final class ComparedRuns {
  /** A run over row blocks. */
  public static final Run SPREAD =
      new Run("cp-spread", DecompositionMethods.CP, Strategy.MODEL, 1, "iteration 2: columns");

  static final List<Run> ALL =
      List.of(
          new Run("cp", DecompositionMethods.CP, Strategy.LAYER, Long.MAX_VALUE, "decompose 2"),
          SPREAD,
          new Run("tucker", DecompositionMethods.TUCKER, Strategy.MODEL, Long.MAX_VALUE, "write 1"),
          new Run("svd", DecompositionMethods.SVD, Strategy.LAYER, Long.MAX_VALUE, "decompose 4"));

  private ComparedRuns() {}

  /**
   * A denoise run.
   *
   * @param threshold bytes above which a stack is spread over row blocks
   * @param job the job in which an executor dies, where one does
   */
  public record Run(
      String name, DecompositionMethod method, Strategy strategy, long threshold, String job) {}

  /** Writes the model that all runs read to a folder of {@code directory}. */
  public static void writeModel(Path directory) throws IOException {
    TinyModel.write(directory.resolve("model"), DType.F32, 200);
  }

  /**
   * The weights and the factors that a run writes, by name; its manifest holds times.
   *
   * @param directory where the model lies, and where the output goes
   * @param name of the output's folder
   */
  public static Map<String, byte[]> output(
      JavaSparkContext spark, Path directory, String name, Run run) throws IOException {
    Path output = directory.resolve(name + "-" + run.name());
    new DenoiseJob(spark, Progress.NONE).run(request(directory, run, output));
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(output)) {
      for (Path path : paths.toList()) {
        String file = run.name() + "/" + output.relativize(path);
        if (file.endsWith(".safetensors") || file.endsWith(".arrow")) {
          files.put(file, Files.readAllBytes(path));
        }
      }
    }
    return files;
  }

  private static DenoiseRequest request(Path directory, Run run, Path output) {
    return new DenoiseRequest(
        // Relative to the driver's directory, which is not that of executors.
        new org.apache.hadoop.fs.Path(
            Path.of("").toAbsolutePath().relativize(directory.resolve("model")).toString()),
        new org.apache.hadoop.fs.Path(output.toUri()),
        false,
        Optional.empty(),
        new StackSelection(run.strategy(), "fc", "all"),
        DecompositionOptions.of(run.method(), 3, 7, 3, 0),
        new SolveLimits(1L << 27, run.threshold(), 200_000),
        OptionalInt.empty(),
        true,
        new ObjectMapper().createObjectNode());
  }
}

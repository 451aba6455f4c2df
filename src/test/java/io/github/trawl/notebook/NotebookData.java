package io.github.trawl.notebook;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.Progress;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.denoise.DenoiseJob;
import io.github.trawl.denoise.DenoiseRequest;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.KryoSettings;
import io.github.trawl.sweep.MeasuredSweep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** A small model, decompositions of it and a sweep, as the commands write them. */
final class NotebookData {
  private NotebookData() {}

  /** Spark as an interpreter starts it, without any setting of ours; for small tables. */
  static SparkSession spark() {
    return spark("org.apache.spark.serializer.JavaSerializer");
  }

  static SparkSession spark(String serializer) {
    return SparkSession.builder()
        .master("local[2]")
        .appName("notebook")
        .config("spark.serializer", serializer)
        // For the jobs that make the data.
        .config("spark.kryo.registrator", KryoSettings.registrators())
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        // Compiling takes longer than running over a few rows.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .getOrCreate();
  }

  /** BERT of two layers of 32 × 48. */
  static Path model(Path folder) throws IOException {
    return SmallModels.write("bert", folder.resolve("model"));
  }

  /** The four FC matrices of the model as one stack, by CP of rank 5. */
  static Path cp(SparkSession spark, Path folder) {
    return denoise(
        spark,
        folder,
        "denoised",
        Strategy.MODEL,
        DecompositionOptions.of(DecompositionMethods.CP, 5, 7, 200, 1e-9));
  }

  /** Each FC matrix of the model by its SVD of rank 3. */
  static Path svd(SparkSession spark, Path folder) {
    return denoise(
        spark,
        folder,
        "svd",
        Strategy.LAYER,
        DecompositionOptions.of(DecompositionMethods.SVD, 3, 0, 1, 0));
  }

  /** The four FC matrices as one stack, by Tucker of rank 6. */
  static Path tucker(SparkSession spark, Path folder) {
    return denoise(
        spark,
        folder,
        "tucker",
        Strategy.MODEL,
        DecompositionOptions.of(DecompositionMethods.TUCKER, 6, 0, 20, 1e-9));
  }

  private static Path denoise(
      SparkSession spark,
      Path folder,
      String name,
      Strategy strategy,
      DecompositionOptions options) {
    Path output = folder.resolve(name);
    new DenoiseJob(JavaSparkContext.fromSparkContext(spark.sparkContext()), Progress.NONE)
        .run(
            new DenoiseRequest(
                hadoop(folder.resolve("model")),
                hadoop(output),
                false,
                Optional.empty(),
                new StackSelection(strategy, "fc", "all"),
                options,
                new SolveLimits(1L << 26, 1 << 30, 4096),
                OptionalInt.of(1),
                false,
                new ObjectMapper().createObjectNode()));
    return output;
  }

  /** 14 points, raced over 24 validation examples in two rounds. */
  static Path sweep(SparkSession spark, Path folder) throws IOException {
    SmallModels.task(folder.resolve("task"), 120);
    Path output = folder.resolve("sweep");
    MeasuredSweep.race(spark, folder.resolve("model"), folder.resolve("task"), output);
    return output;
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}

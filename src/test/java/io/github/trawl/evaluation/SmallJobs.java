package io.github.trawl.evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.Progress;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.denoise.DenoiseJob;
import io.github.trawl.denoise.DenoiseRequest;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.KryoSettings;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark in this process, and edits of small models. */
final class SmallJobs {
  private SmallJobs() {}

  static JavaSparkContext spark() {
    return spark(1);
  }

  /** With {@code slots} tasks at a time. */
  static JavaSparkContext spark(int slots) {
    return spark(slots, 1);
  }

  /** With {@code cores} cores, of which each task takes {@code taskCores}. */
  static JavaSparkContext spark(int cores, int taskCores) {
    return new JavaSparkContext(
        new SparkConf()
            .setMaster("local[" + cores + "]")
            .set("spark.task.cpus", Integer.toString(taskCores))
            .setAppName("test")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", KryoSettings.registrators()));
  }

  /** Replaces each matrix by its truncated SVD of rank 3. */
  static void denoise(
      JavaSparkContext spark, Path model, Path output, String matrices, String layers) {
    new DenoiseJob(spark, Progress.NONE)
        .run(
            new DenoiseRequest(
                model,
                output,
                false,
                Optional.empty(),
                new StackSelection(Strategy.LAYER, matrices, layers),
                DecompositionOptions.of(DecompositionMethods.SVD, 3, 7, 10, 1e-6),
                new SolveLimits(1L << 26, 1 << 30, 4096),
                OptionalInt.of(1),
                false,
                new ObjectMapper().createObjectNode()));
  }
}

package io.github.trawl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.Progress;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.denoise.DenoiseJob;
import io.github.trawl.denoise.DenoiseRequest;
import io.github.trawl.evaluation.EvaluationJob;
import io.github.trawl.evaluation.EvaluationPlan;
import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.KryoSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;

/**
 * LASER's grid over the FC matrices of the last two layers beside as many evaluations of the whole
 * model. Neither time includes loading the model and starting Spark.
 */
final class PrefixComparison implements Comparison {
  /** A quarter of the time. */
  private static final double TARGET = 4;

  private static final List<Double> RATIOS = List.of(.9, .8, .6, .4, .2, .1, .05, .01);
  private static final long MEMORY = 4L << 30;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    String what = "LASER's grid over the FC matrices of the last two layers";
    String peer = "the whole model for each candidate";
    if (setting.options().model().isEmpty()) {
      return List.of(Row.leftOut("prefix", what, peer, "needs --model"));
    }
    Path model = setting.options().model().get();
    try (JavaSparkContext spark = new JavaSparkContext(conf(setting.threads()))) {
      spark.setLogLevel("ERROR");
      List<String> edits = new ArrayList<>();
      for (double ratio : setting.quick() ? List.of(.4, .1) : RATIOS) {
        edits.addAll(edits(spark, model, setting.directory("prefix"), ratio));
      }
      int examples = setting.quick() ? 54 : 126;
      Timing.Pair pair =
          Timing.inTurns(
              1,
              3,
              () -> evaluate(spark, model, edits, examples),
              () -> evaluate(spark, model, List.of(), examples));
      return List.of(
          Row.seconds(
                  "prefix",
                  "%s, %d edits and the model as it is".formatted(what, edits.size()),
                  peer,
                  pair.ours(),
                  pair.theirs().times(edits.size() + 1.0))
              .atLeast(TARGET)
              .note(
                  "%s, %d world facts; theirs from one candidate"
                      .formatted(model.getFileName(), examples)));
    }
  }

  /** A file of factors for each FC matrix of the last two layers. */
  private static List<String> edits(JavaSparkContext spark, Path model, Path work, double ratio)
      throws IOException {
    Path output = work.resolve("svd-" + ratio);
    new DenoiseJob(spark, Progress.NONE)
        .run(
            new DenoiseRequest(
                hadoop(model),
                hadoop(output),
                true,
                Optional.empty(),
                new StackSelection(Strategy.LAYER, "fc", "last:2"),
                DecompositionOptions.ofRatio(DecompositionMethods.SVD, ratio),
                new SolveLimits(MEMORY, MEMORY, 1L << 26),
                OptionalInt.empty(),
                false,
                new ObjectMapper().createObjectNode()));
    try (Stream<Path> files = Files.list(output.resolve("factors"))) {
      return files.map(Path::toString).filter(name -> name.endsWith(".arrow")).sorted().toList();
    }
  }

  private static void evaluate(
      JavaSparkContext spark, Path model, List<String> edits, int examples) {
    EvaluationRequest request =
        new EvaluationRequest(
            hadoop(model),
            Optional.empty(),
            List.of("world-facts"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(examples),
            Optional.empty(),
            edits,
            64,
            DeviceChoice.CPU,
            MEMORY);
    try (EvaluationPlan plan = EvaluationPlan.prepare(request, spark.hadoopConfiguration())) {
      new EvaluationJob(spark, Progress.NONE).run(plan);
    }
  }

  static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toAbsolutePath().toUri());
  }

  static SparkConf conf(int threads) {
    return new SparkConf()
        .setMaster("local[" + threads + "]")
        .setAppName("trawl bench")
        .set("spark.task.cpus", Integer.toString(threads))
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.serializer", KryoSerializer.class.getName())
        .set("spark.kryo.registrationRequired", "true")
        .set("spark.kryo.registrator", KryoSettings.registrators());
  }
}

package io.github.trawl.denoise;

import io.github.trawl.ErrorCategory;
import io.github.trawl.Numerics;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorHeader;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.solve.ModelDigestStep;
import io.github.trawl.solve.StackResult;
import io.github.trawl.spark.TaskRunner;
import io.github.trawl.sweep.SweptPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The step of a run that takes the factors of all stacks from a sweep, in place of solving them.
 */
final class SweepFactorsStep {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final SweptPoint point;
  private final DenoisePlan plan;

  SweepFactorsStep(JavaSparkContext spark, Progress progress, SweptPoint point, DenoisePlan plan) {
    this.spark = spark;
    this.progress = progress;
    this.point = point;
    this.plan = plan;
  }

  /**
   * Checks without Spark that the factors of a point are there, are those of the stacks of a plan,
   * and were made by this version's arithmetic.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if not
   */
  static void check(SweptPoint point, DenoisePlan plan, Configuration hadoop) {
    List<SweptPoint.Factors> factors = factors(point);
    if (factors.size() != plan.stacks().size()) {
      throw bad(
          "%s has factors of %d stacks for %s, but the model has %d; give the model of the sweep"
              .formatted(
                  Problems.show(point.sweep()), factors.size(), point.id(), plan.stacks().size()));
    }
    List<WeightStack> stacks = plan.stacks();
    IntStream.range(0, factors.size())
        .parallel()
        .forEach(i -> check(factors.get(i), stacks.get(i), hadoop));
  }

  private static void check(SweptPoint.Factors factors, WeightStack stack, Configuration hadoop) {
    FactorHeader header = FactorFile.header(factors.file(), hadoop);
    if (header.members().stream().noneMatch(each -> each.name().equals(factors.member()))) {
      throw bad(
          "%s holds no %s, though result.json of the sweep says so; restore the factors of the sweep, or run it to another output"
              .formatted(Problems.show(factors.file()), factors.member()));
    }
    List<String> slices = stack.slices().stream().map(WeightSlice::label).toList();
    if (!header.slices().equals(slices)) {
      throw bad(
          "%s holds factors of %s, but stack %s of the model has %s; give the model of the sweep"
              .formatted(
                  Problems.show(factors.file()),
                  String.join(", ", header.slices()),
                  stack.name(),
                  String.join(", ", slices)));
    }
    if (header.numerics() != Numerics.VERSION) {
      throw bad(
          "%s was made by version %d of the arithmetic, this Trawl has %d; use the Trawl that ran the sweep, or run the sweep again"
              .formatted(Problems.show(factors.file()), header.numerics(), Numerics.VERSION));
    }
  }

  /**
   * Copies the factors of every stack of the plan to the output.
   *
   * @param staging where the factor files are written
   * @return the results of the stacks, in the order of the plan
   * @throws TrawlException of category {@code BAD_INPUT} if {@code checkpoint} is not the model
   *     that the sweep measured
   */
  List<StackResult> run(Checkpoint checkpoint, Staging staging) {
    Configuration hadoop = spark.hadoopConfiguration();
    check(point, plan, hadoop);
    requireModel(checkpoint);
    SerializableConfiguration serializable = new SerializableConfiguration(hadoop);
    List<SweepFactorsTask> tasks = new ArrayList<>();
    List<SweptPoint.Factors> all = factors(point);
    for (int i = 0; i < all.size(); i++) {
      SweptPoint.Factors factors = all.get(i);
      String stack = plan.stacks().get(i).name();
      tasks.add(
          new SweepFactorsTask(
              stack,
              factors.file().toString(),
              factors.member(),
              FactorFile.relativePath(stack),
              staging,
              serializable));
    }
    spark.setJobDescription("take the factors of " + tasks.size() + " stacks from the sweep");
    try (Progress.Bar bar = progress.start("stacks", tasks.size())) {
      return TaskRunner.collect(
          spark, "stacks", tasks, SweepFactorsTask::run, result -> bar.step(result.stack()));
    }
  }

  private static List<SweptPoint.Factors> factors(SweptPoint point) {
    return point.parts().stream().flatMap(part -> part.factors().stream()).toList();
  }

  private void requireModel(Checkpoint checkpoint) {
    String digest = ModelDigestStep.run(spark, checkpoint);
    if (!digest.equals(point.modelDigest())) {
      throw bad(
          "%s is not the model that %s measured (its digest is %s, that of the sweep's %s); give that one by --model"
              .formatted(
                  Problems.show(checkpoint.directory()),
                  Problems.show(point.sweep()),
                  digest,
                  point.modelDigest()));
    }
  }

  private static TrawlException bad(String message) {
    return new TrawlException(ErrorCategory.BAD_INPUT, message);
  }
}

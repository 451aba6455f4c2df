package io.github.trawl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Progress;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.denoise.DenoiseJob;
import io.github.trawl.denoise.DenoiseRequest;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** A denoise run in a driver of its own: the most heap that it holds on to. */
final class DenoiseProcess {
  private static final long OFF_HEAP_BYTES = 6L << 30;
  private static final long THRESHOLD = 1L << 30;
  private static final long BLOCK_BYTES = 64L << 20;
  private static final int RANK = 32;
  private static final int ITERATIONS = 3;

  private DenoiseProcess() {}

  /**
   * Prints one line of JSON, the heap as {@code peak_bytes}.
   *
   * @param arguments master, strategy, model, output
   */
  public static void main(String[] arguments) {
    HeapPeak heap = HeapPeak.watch();
    long start = System.nanoTime();
    try (JavaSparkContext spark = new JavaSparkContext(TwoExecutors.conf(arguments[0]))) {
      new DenoiseJob(spark, Progress.NONE)
          .run(
              new DenoiseRequest(
                  new Path(arguments[2]),
                  new Path(arguments[3]),
                  true,
                  Optional.empty(),
                  new StackSelection(
                      Strategy.valueOf(arguments[1].toUpperCase(Locale.ROOT)), "fc", "all"),
                  DecompositionOptions.of(DecompositionMethods.CP, RANK, 0, ITERATIONS, 0),
                  new SolveLimits(OFF_HEAP_BYTES, THRESHOLD, BLOCK_BYTES),
                  OptionalInt.empty(),
                  true,
                  new ObjectMapper().createObjectNode()));
    }
    ObjectNode answer = new ObjectMapper().createObjectNode();
    answer.putArray("seconds").add((System.nanoTime() - start) / 1e9);
    answer.put("peak_bytes", heap.bytes());
    System.out.println(answer);
  }
}

package io.github.trawl.spark;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import java.util.Map;

/**
 * The progress of the work of this driver, for Spark's metrics system. If one process has several
 * runs, the gauges show the run that reported last; counters and meters count all runs together.
 */
public final class RunMetrics {
  private static final RunMetrics OF_PROCESS = new RunMetrics();

  private final Meter examples = new Meter();
  private final Counter failures = new Counter();
  private volatile Points points = new Points(0, 0, 0, 0);
  private volatile int stepDone;
  private volatile int stepTotal;

  private RunMetrics() {}

  /** The points of a sweep: all points of its grid, and how many of them ended in each way. */
  private record Points(int total, int done, int pruned, int failed) {}

  /** Returns the metrics of this process. */
  public static RunMetrics get() {
    return OF_PROCESS;
  }

  /**
   * Sets how many points a sweep has and how many have ended in each way.
   *
   * @param total the points of the grid
   * @param done the points that were evaluated on all validation examples
   * @param pruned the points that were given up before that
   * @param failed the points that could not be measured
   */
  public void points(int total, int done, int pruned, int failed) {
    points = new Points(total, done, pruned, failed);
  }

  /** Sets the progress of the current step of the run: {@code done} of {@code total} parts. */
  public void step(int done, int total) {
    stepDone = done;
    stepTotal = total;
  }

  /** Counts examples that a model has answered. */
  public void answered(int count) {
    examples.mark(count);
  }

  /** Counts a decomposition or an evaluation of a model that failed while the run goes on. */
  public void failed() {
    failures.inc();
  }

  /** The metrics by name. */
  Map<String, Metric> byName() {
    return Map.of(
        "pointsTotal", gauge(() -> points.total()),
        "pointsDone", gauge(() -> points.done()),
        "pointsPruned", gauge(() -> points.pruned()),
        "pointsFailed", gauge(() -> points.failed()),
        "stepDone", gauge(() -> stepDone),
        "stepTotal", gauge(() -> stepTotal),
        "failures", failures,
        "examples", examples);
  }

  /** Gives a lambda the type that a map of metrics needs. */
  private static Gauge<Integer> gauge(Gauge<Integer> gauge) {
    return gauge;
  }
}

package io.github.trawl.spark;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import java.util.Map;

/**
 * How far the work of this driver has come, for Spark's metrics system. Of several runs in one
 * process the gauges show the one that reported last; counters and meters add up.
 */
public final class RunMetrics {
  private static final RunMetrics OF_PROCESS = new RunMetrics();

  private final Meter examples = new Meter();
  private final Counter failures = new Counter();
  private volatile Points points = new Points(0, 0, 0, 0);
  private volatile int stepDone;
  private volatile int stepTotal;

  private RunMetrics() {}

  /** Points of a sweep: all of its grid, and of these how many ended in which way. */
  private record Points(int total, int done, int pruned, int failed) {}

  /** Returns the metrics of this process. */
  public static RunMetrics get() {
    return OF_PROCESS;
  }

  /**
   * Notes how the points of a sweep stand.
   *
   * @param total of the grid
   * @param done have seen all validation examples
   * @param pruned dropped out of the race
   * @param failed could not be measured
   */
  public void points(int total, int done, int pruned, int failed) {
    points = new Points(total, done, pruned, failed);
  }

  /** Notes how far the step under way has come. */
  public void step(int done, int total) {
    stepDone = done;
    stepTotal = total;
  }

  /** Notes that a model has answered so many examples. */
  public void answered(int count) {
    examples.mark(count);
  }

  /** Notes that a solve, or the answers of a model, failed while the run goes on. */
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

  private static Gauge<Integer> gauge(Gauge<Integer> gauge) {
    return gauge;
  }
}

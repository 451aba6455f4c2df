package io.github.trawl.cli;

import io.github.trawl.Progress;
import io.github.trawl.spark.RunMetrics;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes the number of finished steps through Spark's metrics system, and passes every call on.
 *
 * @param delegate the progress that gets the calls
 */
record MetricsProgress(Progress delegate) implements Progress {
  @Override
  public Bar start(String task, int total) {
    Bar bar = delegate.start(task, total);
    AtomicInteger done = new AtomicInteger();
    RunMetrics.get().step(0, total);
    return new Bar() {
      @Override
      public void step(String note) {
        RunMetrics.get().step(done.incrementAndGet(), total);
        bar.step(note);
      }

      @Override
      public void note(String note) {
        bar.note(note);
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }
}

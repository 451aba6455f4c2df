package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to {@code status.json} how far the current step has come, so that other processes can read
 * it, and passes everything on to another progress.
 */
final class StatusFile implements Progress {
  static final String FILE = "status.json";
  private static final Logger LOG = LoggerFactory.getLogger(StatusFile.class);

  /** The least time between two writes, not counting those at the beginning of a step. */
  private static final long INTERVAL_NANOS = 5_000_000_000L;

  private final Progress delegate;
  private final Path file;
  private final Configuration hadoop;

  /** When the last write within a step began; at first long enough ago that one is due. */
  private final AtomicLong written = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

  StatusFile(Progress delegate, Path output, Configuration hadoop) {
    this.delegate = delegate;
    this.file = new Path(output, FILE);
    this.hadoop = hadoop;
  }

  @Override
  public Bar start(String task, int total) {
    Bar bar = delegate.start(task, total);
    AtomicInteger done = new AtomicInteger();
    Instant start = Instant.now();
    write(task, 0, total, start);
    return new Bar() {
      @Override
      public void step(String note) {
        int now = done.incrementAndGet();
        long last = written.get();
        long time = System.nanoTime();
        if (time - last >= INTERVAL_NANOS && written.compareAndSet(last, time)) {
          write(task, now, total, start);
        }
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

  private void write(String task, int done, int total, Instant start) {
    try {
      JsonFile.write(
          file,
          JsonNodeFactory.instance
              .objectNode()
              .put("step", task)
              .put("done", done)
              .put("total", total)
              .put("start", start.toString())
              .put("time", Instant.now().toString()),
          hadoop);
    } catch (TrawlException e) {
      // The run goes on, since no result depends on this file.
      LOG.warn("{}", e.getMessage());
    }
  }
}

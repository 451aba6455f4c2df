package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a file again and again as long as a run lives, so that what a killed run has left can be
 * told by its age. A solve may take days without writing anything else.
 */
final class Heartbeat implements Closeable {
  /** Much less than the least age, an hour, at which anything is taken for that of a killed run. */
  private static final long PERIOD_MILLIS = TimeUnit.MINUTES.toMillis(5);

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final FileSystem fileSystem;
  private final Path file;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "trawl-sign-of-life");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Optional<Future<?>> schedule = Optional.empty();
  private boolean closed;

  private Heartbeat(FileSystem fileSystem, Path file) {
    this.fileSystem = fileSystem;
    this.file = file;
  }

  /** Begins to write {@code file}, first after one period; its directory must exist. */
  static Heartbeat of(FileSystem fileSystem, Path file) {
    return of(fileSystem, file, PERIOD_MILLIS);
  }

  static Heartbeat of(FileSystem fileSystem, Path file, long periodMillis) {
    Heartbeat sign = new Heartbeat(fileSystem, file);
    sign.schedule =
        Optional.of(
            sign.executor.scheduleWithFixedDelay(
                sign::write, periodMillis, periodMillis, TimeUnit.MILLISECONDS));
    return sign;
  }

  /**
   * Writes the file, under the lock: after {@link #close} its directory may be removed, and must
   * not be made again.
   */
  private synchronized void write() {
    if (closed) {
      return;
    }
    try {
      fileSystem.create(file, true).close();
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} cannot be written, it is tried again: {}", file, Problems.oneLine(e));
    }
  }

  /** Ends the writing; a second call does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    // The thread is not interrupted: that would close the streams of some file systems.
    schedule.ifPresent(future -> future.cancel(false));
    executor.shutdown();
  }
}

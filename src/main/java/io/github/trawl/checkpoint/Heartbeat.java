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
 * Rewrites a file periodically while a run is alive, so that the files of a killed run are
 * recognised by their age. A decomposition may take days in which the run writes nothing else.
 */
final class Heartbeat implements Closeable {
  /** Much less than the least age at which {@code trawl clean} removes anything: an hour. */
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

  /**
   * Begins to write {@code file} every five minutes, first after five; its directory must exist.
   */
  static Heartbeat of(FileSystem fileSystem, Path file) {
    return of(fileSystem, file, PERIOD_MILLIS);
  }

  static Heartbeat of(FileSystem fileSystem, Path file, long periodMillis) {
    Heartbeat heartbeat = new Heartbeat(fileSystem, file);
    heartbeat.schedule =
        Optional.of(
            heartbeat.executor.scheduleWithFixedDelay(
                heartbeat::write, periodMillis, periodMillis, TimeUnit.MILLISECONDS));
    return heartbeat;
  }

  /**
   * Writes the file, never after {@link #close}: the directory may have been removed then, and
   * writing would make it again.
   */
  private synchronized void write() {
    if (closed) {
      return;
    }
    try {
      fileSystem.create(file, true).close();
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} cannot be written, it is tried again: {}", Problems.show(file), Problems.oneLine(e));
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

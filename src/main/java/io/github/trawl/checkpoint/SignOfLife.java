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
 * A file that a run writes again and again as long as it lives, so that what a killed run has left
 * is known by its age. A solve may take days without writing anything else.
 */
final class SignOfLife implements Closeable {
  /** Much less than the least age at which anything is taken for dead. */
  private static final long PERIOD_MILLIS = TimeUnit.MINUTES.toMillis(5);

  private static final Logger LOG = LoggerFactory.getLogger(SignOfLife.class);

  private final FileSystem fileSystem;
  private final Path file;
  private final ScheduledExecutorService signs =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "trawl-sign-of-life");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Optional<Future<?>> signing = Optional.empty();
  private boolean closed;

  private SignOfLife(FileSystem fileSystem, Path file) {
    this.fileSystem = fileSystem;
    this.file = file;
  }

  /** Begins to write {@code file}, after a first period; its directory is there. */
  static SignOfLife of(FileSystem fileSystem, Path file) {
    return of(fileSystem, file, PERIOD_MILLIS);
  }

  static SignOfLife of(FileSystem fileSystem, Path file, long periodMillis) {
    SignOfLife sign = new SignOfLife(fileSystem, file);
    sign.signing =
        Optional.of(
            sign.signs.scheduleWithFixedDelay(
                sign::write, periodMillis, periodMillis, TimeUnit.MILLISECONDS));
    return sign;
  }

  /** Under the lock: after {@link #close} the directory may go, and must not be made again. */
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

  /** Ends it; a second call does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    // Without an interruption, which some file systems take for the end of a stream.
    signing.ifPresent(future -> future.cancel(false));
    signs.shutdown();
  }
}

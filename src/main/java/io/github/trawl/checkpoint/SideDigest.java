package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/**
 * Digests what is read and checksums what is written, in a thread of its own: SHA-256 takes more
 * than twice the time of copying the bytes.
 *
 * <p>Work is done in the order in which it is handed over.
 */
final class SideDigest implements Closeable {
  /** Fits the second-level cache beside what else is there. */
  private static final int BUFFER_BYTES = 1 << 17;

  private final boolean active;
  private final MessageDigest input = sha256();
  private final CRC32C output = new CRC32C();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "trawl-sha256");
            thread.setDaemon(true);
            return thread;
          });

  /** Makes a digest that does nothing if it is not {@code active}. */
  SideDigest(boolean active) {
    this.active = active;
  }

  /** Appends bytes that were read; the array must not change until the result is done. */
  Future<?> read(byte[] bytes, int length) {
    return submit(() -> input.update(bytes, 0, length));
  }

  /** Appends bytes that were written; the array must not change until the result is done. */
  Future<?> written(byte[] bytes, int length) {
    return submit(() -> output.update(bytes, 0, length));
  }

  /** Appends bytes that were written as they were read. */
  Future<?> copied(byte[] bytes, int length) {
    return submit(
        () -> {
          input.update(bytes, 0, length);
          output.update(bytes, 0, length);
        });
  }

  /** As {@link #copied(byte[], int)}, reading the bytes by itself. */
  Future<?> copied(ShardReader source, long position, long length) {
    return submit(
        () -> {
          for (long at = 0; at < length; ) {
            int count = (int) Math.min(buffer.length, length - at);
            source.readFully(position + at, ByteBuffer.wrap(buffer, 0, count));
            input.update(buffer, 0, count);
            output.update(buffer, 0, count);
            at += count;
          }
        });
  }

  /**
   * The digests of everything so far; nothing can be appended afterwards.
   *
   * @param shard name of the file
   * @param bytes that were written
   */
  ShardDigest finish(String shard, long bytes) throws IOException {
    if (!active) {
      return ShardDigest.none(shard, bytes);
    }
    byte[] sha256 = await(worker.submit(() -> input.digest()));
    return new ShardDigest(shard, HexFormat.of().formatHex(sha256), output.getValue(), bytes);
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }

  /** The result, or the failure that it ended with. */
  static <T> T await(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while copying", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private Future<?> submit(Runnable work) {
    return active ? worker.submit(work) : CompletableFuture.completedFuture(null);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

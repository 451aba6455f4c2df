package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/**
 * Computes the SHA-256 of what is read and the CRC-32C of what is written, in a thread of its own:
 * SHA-256 takes more than twice the time of copying the bytes. SHA-256 can be left out; CRC-32C, at
 * more than 10 GB/s, is always computed.
 *
 * <p>Work is done in the order in which it is handed over.
 */
final class BackgroundDigest implements Closeable {
  /** Small enough to stay in the second-level cache. */
  private static final int BUFFER_BYTES = 1 << 17;

  private final boolean sha256;
  private final MessageDigest input = newSha256();
  private final CRC32C output = new CRC32C();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "trawl-sha256");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Begins both digests.
   *
   * @param sha256 whether the SHA-256 of what is read is computed
   */
  BackgroundDigest(boolean sha256) {
    this.sha256 = sha256;
  }

  /** Appends bytes that were read; the array must not change until the returned future is done. */
  Future<?> read(byte[] bytes, int length) {
    return sha256
        ? worker.submit(() -> input.update(bytes, 0, length))
        : CompletableFuture.completedFuture(null);
  }

  /**
   * Appends bytes that were written; the array must not change until the returned future is done.
   */
  Future<?> written(byte[] bytes, int length) {
    return worker.submit(() -> output.update(bytes, 0, length));
  }

  /**
   * Appends bytes that were read and written unchanged; the array must not change until the
   * returned future is done.
   */
  Future<?> copied(byte[] bytes, int length) {
    return worker.submit(() -> update(bytes, length));
  }

  /**
   * Appends bytes that were copied unchanged without passing through this process; they are read
   * from {@code source} for this.
   */
  Future<?> copied(ShardReader source, long position, long length) {
    return worker.submit(
        () -> {
          for (long at = 0; at < length; ) {
            int count = (int) Math.min(buffer.length, length - at);
            source.readFully(position + at, ByteBuffer.wrap(buffer, 0, count));
            update(buffer, count);
            at += count;
          }
        });
  }

  /** SHA-256 of everything that was read, 64 hex digits; empty if it is not computed. */
  String inputSha256() throws IOException {
    if (!sha256) {
      return "";
    }
    return HexFormat.of().formatHex(await(worker.submit(() -> input.digest())));
  }

  /** CRC-32C of everything that was written. */
  long outputCrc32c() throws IOException {
    return await(worker.submit(output::getValue));
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }

  /** Waits for work that was handed over, and throws its failure. */
  static <T> T await(Future<T> work) throws IOException {
    return Futures.await(work);
  }

  private void update(byte[] bytes, int length) {
    if (sha256) {
      input.update(bytes, 0, length);
    }
    output.update(bytes, 0, length);
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

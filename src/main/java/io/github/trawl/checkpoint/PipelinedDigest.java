package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A SHA-256 that is computed in a thread of its own: it costs more than copying the bytes. */
final class PipelinedDigest implements Closeable {
  private final MessageDigest digest = sha256();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "trawl-sha256");
            thread.setDaemon(true);
            return thread;
          });

  /** Appends bytes; the array must not change until the result is done. */
  Future<?> update(byte[] bytes, int length) {
    return worker.submit(() -> digest.update(bytes, 0, length));
  }

  /** The digest of everything appended, in hex; nothing can be appended afterwards. */
  String hex() {
    Future<byte[]> value = worker.submit(() -> digest.digest());
    return HexFormat.of().formatHex(await(value));
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while copying", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

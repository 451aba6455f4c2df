package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Copies a shard to a new file, with some bytes replaced, and computes the digest of what is read
 * and the checksum of what is written.
 *
 * <p>Between local files the kernel copies unchanged bytes, and {@link BackgroundDigest} reads them
 * again from the page cache. All other bytes that are read pass through a ring of buffers, the
 * slots; each is reused only after its bytes are digested.
 */
final class ShardPipe implements Closeable {
  private static final int SLOTS = 3;

  /**
   * Bytes that are copied at a time through a slot. With 4 MiB copying takes twice the time, since
   * the bytes leave the processor's cache between reading and writing.
   */
  private static final int COPY_BYTES = 1 << 20;

  /** Bytes that the kernel copies at a time; each such piece is then digested. */
  private static final long LOCAL_BYTES = 8 << 20;

  /**
   * The most pieces that are copied but not digested yet, so that the digest still finds them in
   * the page cache.
   */
  private static final int MAX_UNDIGESTED = 8;

  private final ShardReader source;
  private final Optional<FileChannel> sourceChannel;
  private final Optional<FileChannel> targetChannel;
  private final OutputStream target;
  private final byte[][] ring;

  /** The digest of the bytes in each slot, done when the slot is free. */
  private final List<Future<?>> slots = new ArrayList<>();

  private final Queue<Future<?>> undigested = new ArrayDeque<>();
  private final BackgroundDigest digest;

  /** The slot to use next. */
  private int next;

  private long written;
  private String inputSha256 = "";
  private long outputCrc32c;

  /**
   * Begins at the start of {@code target}.
   *
   * @param slotBytes the length of a slot: at least that of the largest piece of a rewrite, and 1
   *     MiB
   * @param sha256 whether the SHA-256 of what is read is computed
   */
  ShardPipe(ShardReader source, AttemptFile target, int slotBytes, boolean sha256)
      throws IOException {
    this.source = source;
    this.sourceChannel = source.channel();
    this.targetChannel = target.channel();
    this.target = targetChannel.map(Channels::newOutputStream).orElse(target.rawStream());
    this.ring = new byte[SLOTS][slotBytes];
    for (int slot = 0; slot < SLOTS; slot++) {
      slots.add(CompletableFuture.completedFuture(null));
    }
    this.digest = new BackgroundDigest(sha256);
  }

  /** Copies bytes as they are. */
  void copy(long position, long length) throws IOException {
    if (sourceChannel.isPresent() && targetChannel.isPresent()) {
      copyLocally(position, length);
      return;
    }
    long end = position + length;
    for (long at = position; at < end; ) {
      int slot = freeSlot();
      int count = (int) Math.min(COPY_BYTES, end - at);
      source.readFully(at, ByteBuffer.wrap(ring[slot], 0, count));
      slots.set(slot, digest.copied(ring[slot], count));
      write(ring[slot], count);
      at += count;
    }
  }

  /** Replaces the bytes of a tensor, in pieces of {@code pieceBytes}, which must fit a slot. */
  void rewrite(TensorInfo tensor, int pieceBytes, TensorRewrite rewrite) throws IOException {
    for (long at = 0; at < tensor.length(); ) {
      int slot = freeSlot();
      int count = (int) Math.min(pieceBytes, tensor.length() - at);
      source.readFully(tensor.offset() + at, ByteBuffer.wrap(ring[slot], 0, count));
      // The rewrite overwrites the bytes in place, so they must be digested before.
      BackgroundDigest.await(digest.read(ring[slot], count));
      ByteBuffer chunk = ByteBuffer.wrap(ring[slot], 0, count).slice();
      rewrite.rewrite(at, chunk.order(ByteOrder.LITTLE_ENDIAN));
      slots.set(slot, digest.written(ring[slot], count));
      write(ring[slot], count);
      at += count;
    }
  }

  /** Reads bytes of the input for the digest and writes {@code replacement} in their place. */
  void replace(long position, long length, byte[] replacement) throws IOException {
    long end = position + length;
    for (long at = position; at < end; ) {
      int slot = freeSlot();
      int count = (int) Math.min(ring[slot].length, end - at);
      source.readFully(at, ByteBuffer.wrap(ring[slot], 0, count));
      slots.set(slot, digest.read(ring[slot], count));
      at += count;
    }
    undigested.add(digest.written(replacement, replacement.length));
    write(replacement, replacement.length);
  }

  /** Waits until all that was read and written is digested. */
  void finish() throws IOException {
    catchUp(0);
    inputSha256 = digest.inputSha256();
    outputCrc32c = digest.outputCrc32c();
  }

  /** Ends the file, after {@link #finish}. */
  ShardDigest commit(AttemptFile file) throws IOException {
    return new ShardDigest(inputSha256, file.commit(written, outputCrc32c));
  }

  @Override
  public void close() {
    digest.close();
  }

  private void copyLocally(long position, long length) throws IOException {
    long end = position + length;
    for (long at = position; at < end; ) {
      long count = Math.min(LOCAL_BYTES, end - at);
      source.copyTo(at, count, targetChannel.get());
      undigested.add(digest.copied(source, at, count));
      catchUp(MAX_UNDIGESTED);
      written += count;
      at += count;
    }
  }

  private void catchUp(int mostBehind) throws IOException {
    while (undigested.size() > mostBehind) {
      BackgroundDigest.await(undigested.remove());
    }
  }

  private int freeSlot() throws IOException {
    int slot = next;
    next = (next + 1) % SLOTS;
    BackgroundDigest.await(slots.get(slot));
    return slot;
  }

  private void write(byte[] bytes, int count) throws IOException {
    target.write(bytes, 0, count);
    written += count;
  }
}

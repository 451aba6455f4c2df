package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/**
 * Moves bytes from a shard to a stream, digests what is read and checksums what is written.
 *
 * <p>The digest costs as much as the rest and has a thread of its own, over a ring of buffers.
 */
final class ShardPipe implements Closeable {
  private static final int SLOTS = 3;

  /** Copies of 4 MiB cost twice the time: they leave the cache between reading and writing. */
  private static final int COPY_BYTES = 1 << 20;

  private final ShardReader source;
  private final OutputStream target;
  private final byte[][] ring;
  private final List<Future<?>> pending = new ArrayList<>();
  private final PipelinedDigest digest = new PipelinedDigest();
  private final CRC32C checksum = new CRC32C();
  private int next;
  private long written;

  ShardPipe(ShardReader source, OutputStream target, int slotBytes) {
    this.source = source;
    this.target = target;
    this.ring = new byte[SLOTS][slotBytes];
    for (int slot = 0; slot < SLOTS; slot++) {
      pending.add(CompletableFuture.completedFuture(null));
    }
  }

  /** Copies bytes as they are. */
  void copy(long position, long length) throws IOException {
    long end = position + length;
    for (long at = position; at < end; ) {
      int slot = freeSlot();
      int count = (int) Math.min(COPY_BYTES, end - at);
      source.readFully(at, ByteBuffer.wrap(ring[slot], 0, count));
      pending.set(slot, digest.update(ring[slot], count));
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
      PipelinedDigest.await(digest.update(ring[slot], count));
      ByteBuffer chunk = ByteBuffer.wrap(ring[slot], 0, count).slice();
      rewrite.rewrite(at, chunk.order(ByteOrder.LITTLE_ENDIAN));
      write(ring[slot], count);
      at += count;
    }
  }

  /** Reads bytes that are not copied: {@code replacement} stands in their place. */
  void replace(long position, long length, byte[] replacement) throws IOException {
    long end = position + length;
    for (long at = position; at < end; ) {
      int slot = freeSlot();
      int count = (int) Math.min(ring[slot].length, end - at);
      source.readFully(at, ByteBuffer.wrap(ring[slot], 0, count));
      pending.set(slot, digest.update(ring[slot], count));
      at += count;
    }
    write(replacement, replacement.length);
  }

  ShardDigest finish(String shard) {
    return new ShardDigest(shard, digest.hex(), checksum.getValue(), written);
  }

  @Override
  public void close() {
    digest.close();
  }

  private int freeSlot() {
    int slot = next;
    next = (next + 1) % SLOTS;
    PipelinedDigest.await(pending.get(slot));
    return slot;
  }

  private void write(byte[] bytes, int count) throws IOException {
    target.write(bytes, 0, count);
    checksum.update(bytes, 0, count);
    written += count;
  }
}

package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/**
 * Moves bytes from a shard to a stream and digests both sides.
 *
 * <p>Reading and writing go on in the caller's thread, the digests in theirs, over a ring of
 * buffers. Until the first byte that differs one digest serves both sides.
 */
final class ShardPipe implements Closeable {
  private static final int SLOTS = 3;

  /** Copies of 4 MiB cost twice the time: they leave the cache between reading and writing. */
  private static final int COPY_BYTES = 1 << 20;

  private final ShardReader source;
  private final OutputStream target;
  private final byte[][] ring;
  private final List<List<Future<?>>> pending = new ArrayList<>();
  private final PipelinedDigest inputDigest = new PipelinedDigest();
  private PipelinedDigest outputDigest = inputDigest;
  private int next;
  private long written;

  ShardPipe(ShardReader source, OutputStream target, int slotBytes) {
    this.source = source;
    this.target = target;
    this.ring = new byte[SLOTS][slotBytes];
    for (int slot = 0; slot < SLOTS; slot++) {
      pending.add(new ArrayList<>());
    }
  }

  /** Copies bytes as they are. */
  void copy(long position, long length) throws IOException {
    long end = position + length;
    for (long at = position; at < end; ) {
      int slot = freeSlot();
      int count = (int) Math.min(COPY_BYTES, end - at);
      source.readFully(at, ByteBuffer.wrap(ring[slot], 0, count));
      digest(inputDigest, slot, count);
      if (outputDigest != inputDigest) {
        digest(outputDigest, slot, count);
      }
      write(ring[slot], count);
      at += count;
    }
  }

  /** Replaces the bytes of a tensor, in pieces of {@code pieceBytes}, which must fit a slot. */
  void rewrite(TensorInfo tensor, int pieceBytes, TensorRewrite rewrite) throws IOException {
    diverge();
    for (long at = 0; at < tensor.length(); ) {
      int slot = freeSlot();
      int count = (int) Math.min(pieceBytes, tensor.length() - at);
      source.readFully(tensor.offset() + at, ByteBuffer.wrap(ring[slot], 0, count));
      PipelinedDigest.await(inputDigest.update(ring[slot], count));
      ByteBuffer chunk = ByteBuffer.wrap(ring[slot], 0, count).slice();
      rewrite.rewrite(at, chunk.order(ByteOrder.LITTLE_ENDIAN));
      digest(outputDigest, slot, count);
      write(ring[slot], count);
      at += count;
    }
  }

  /** Reads bytes that are not copied: {@code replacement} stands in their place. */
  void replace(long position, long length, byte[] replacement) throws IOException {
    diverge();
    long end = position + length;
    for (long at = position; at < end; ) {
      int slot = freeSlot();
      int count = (int) Math.min(ring[slot].length, end - at);
      source.readFully(at, ByteBuffer.wrap(ring[slot], 0, count));
      digest(inputDigest, slot, count);
      at += count;
    }
    PipelinedDigest.await(outputDigest.update(replacement, replacement.length));
    write(replacement, replacement.length);
  }

  ShardDigest finish(String shard) {
    String input = inputDigest.hex();
    return new ShardDigest(
        shard, input, outputDigest == inputDigest ? input : outputDigest.hex(), written);
  }

  @Override
  public void close() {
    inputDigest.close();
    outputDigest.close();
  }

  private void diverge() {
    if (outputDigest == inputDigest) {
      outputDigest = inputDigest.fork();
    }
  }

  private int freeSlot() {
    int slot = next;
    next = (next + 1) % SLOTS;
    pending.get(slot).forEach(PipelinedDigest::await);
    pending.get(slot).clear();
    return slot;
  }

  private void digest(PipelinedDigest digest, int slot, int count) {
    pending.get(slot).add(digest.update(ring[slot], count));
  }

  private void write(byte[] bytes, int count) throws IOException {
    target.write(bytes, 0, count);
    written += count;
  }
}

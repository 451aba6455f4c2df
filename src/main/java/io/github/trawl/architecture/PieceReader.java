package io.github.trawl.architecture;

import io.github.trawl.architecture.TensorReads.Rectangle;
import io.github.trawl.checkpoint.ShardReader;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * Iterates over the {@linkplain StoredPiece pieces} of one {@linkplain StackReads reader}. Reads
 * the next batch of requests when all pieces of a batch are taken, and keeps one file open until
 * the last piece is taken or {@link #close} is called.
 */
public final class PieceReader implements Iterator<StoredPiece>, Closeable {
  /** The most bytes of a batch. A request is smaller, see {@link TensorReads#REQUEST_BYTES}. */
  private static final long BATCH_BYTES = 16 << 20;

  private final Function<String, ShardReader> shards;
  private final int[] rowStarts;
  private final Deque<Request> requests = new ArrayDeque<>();
  private final Deque<StoredPiece> pieces = new ArrayDeque<>();
  private ShardReader shard;
  private String file;

  PieceReader(SliceReads reads, Function<String, ShardReader> shards, int[] rowStarts) {
    this.shards = shards;
    this.rowStarts = rowStarts;
    for (TensorReads tensor : reads.tensors()) {
      tensor.reads().forEach(read -> requests.add(new Request(tensor, read)));
    }
  }

  @Override
  public boolean hasNext() {
    while (pieces.isEmpty() && !requests.isEmpty()) {
      readBatch();
    }
    if (pieces.isEmpty()) {
      close();
    }
    return !pieces.isEmpty();
  }

  @Override
  public StoredPiece next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all pieces were read");
    }
    return pieces.remove();
  }

  @Override
  public void close() {
    if (shard != null) {
      shard.close();
      shard = null;
    }
  }

  private void readBatch() {
    open(requests.element().file());
    List<Request> batch = new ArrayList<>();
    long bytes = 0;
    while (!requests.isEmpty() && requests.element().file().equals(file)) {
      bytes += requests.element().read.range().length();
      if (bytes > BATCH_BYTES && !batch.isEmpty()) {
        break;
      }
      batch.add(requests.remove());
    }
    shard.readRanges(
        batch.stream().map(request -> request.read.range()).toList(),
        (index, content) -> cut(batch.get(index), content));
  }

  private void open(String name) {
    if (shard == null || !name.equals(file)) {
      close();
      shard = shards.apply(name);
      file = name;
    }
  }

  /** Cuts the bytes of a request into a piece for each task, matrix and rectangle. */
  private void cut(Request request, ByteBuffer content) {
    for (MatrixPart part : request.tensor.parts()) {
      for (int task = 0; task + 1 < rowStarts.length; task++) {
        MatrixPart ofTask = part.withRows(rowStarts[task], rowStarts[task + 1]);
        for (Rectangle place : TensorReads.rectangles(ofTask, request.read)) {
          pieces.add(StoredPiece.copy(task, part.matrix(), place, request.read, content));
        }
      }
    }
  }

  private record Request(TensorReads tensor, StoredRead read) {
    String file() {
      return read.tensor().file();
    }
  }
}

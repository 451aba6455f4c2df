package io.github.trawl.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * Reads many ranges of a file, several at a time. Object stores support that, because each of their
 * requests takes long to begin.
 *
 * <p>One batch is read while the visitor uses the one before it, so no more than twice {@link
 * #BATCH_BYTES} are held, unless a single range is larger.
 */
final class VectoredRanges {
  /** The most bytes of a batch, unless a single range is larger. */
  static final int BATCH_BYTES = 16 << 20;

  private final FSDataInputStream stream;

  VectoredRanges(FSDataInputStream stream) {
    this.stream = stream;
  }

  /**
   * Whether a stream gains by vectored reads. Without that capability Hadoop reads one range after
   * the other, and returns only when all are in memory.
   */
  static boolean suits(FSDataInputStream stream) {
    return stream.hasCapability(StreamCapabilities.VECTOREDIO);
  }

  /**
   * Passes the bytes of each range to {@code visitor}, in the order of the ranges.
   *
   * @param ranges ranges of the file that do not overlap
   */
  void read(List<ByteRange> ranges, ByteRange.Visitor visitor) throws IOException {
    Deque<List<FileRange>> requested = new ArrayDeque<>();
    int next = 0;
    int done = 0;
    while (done < ranges.size()) {
      while (requested.size() < 2 && next < ranges.size()) {
        List<FileRange> batch = batch(ranges, next);
        next += batch.size();
        // Hadoop may sort the list that it gets.
        stream.readVectored(new ArrayList<>(batch), ByteBuffer::allocate);
        requested.add(batch);
      }
      for (FileRange range : requested.remove()) {
        visitor.accept(done, FutureIO.awaitFuture(range.getData()).slice());
        done++;
      }
    }
  }

  private static List<FileRange> batch(List<ByteRange> ranges, int start) {
    List<FileRange> batch = new ArrayList<>();
    long bytes = 0;
    for (int i = start; i < ranges.size(); i++) {
      bytes += ranges.get(i).length();
      if (bytes > BATCH_BYTES && !batch.isEmpty()) {
        break;
      }
      batch.add(FileRange.createFileRange(ranges.get(i).position(), ranges.get(i).length()));
    }
    return batch;
  }
}

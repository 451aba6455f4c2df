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
 * Reads many ranges, several at a time where the file system does so, as object stores do: a
 * request there takes long to begin.
 *
 * <p>One batch is on its way while the one before it is used, so no more than twice {@link
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
   * Whether a stream gains by vectored reads. For others Hadoop reads one range after the other
   * into memory, all before the first can be used.
   */
  static boolean suits(FSDataInputStream stream) {
    return stream.hasCapability(StreamCapabilities.VECTOREDIO);
  }

  /**
   * Hands over the bytes of all ranges, in their order.
   *
   * @param ranges none of which overlaps another
   */
  void read(List<ByteRange> ranges, ByteRange.Visitor visitor) throws IOException {
    Deque<List<FileRange>> asked = new ArrayDeque<>();
    int next = 0;
    int done = 0;
    while (done < ranges.size()) {
      while (asked.size() < 2 && next < ranges.size()) {
        List<FileRange> batch = batch(ranges, next);
        next += batch.size();
        // Hadoop may sort the list that it gets.
        stream.readVectored(new ArrayList<>(batch), ByteBuffer::allocate);
        asked.add(batch);
      }
      for (FileRange range : asked.remove()) {
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

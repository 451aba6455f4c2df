package io.github.trawl.architecture;

import io.github.trawl.checkpoint.ShardReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Divides the reads of a stack of matrices of one shape among tasks, each of which needs a range of
 * rows.
 *
 * <p>A task reads the rows of a matrix itself if they are rows of the stored tensor. If a matrix is
 * stored transposed, a task's rows are columns of the stored tensor: the task would need many short
 * reads, or would read the whole tensor. Such matrices are read by <em>readers</em>, at most as
 * many as there are tasks: each reads a share of the stored rows and cuts them into {@link
 * StoredPiece pieces} for the tasks.
 */
public final class StackReads implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Bytes per reader. There are as many readers as the bytes of the {@link #exchanged} tensors
   * divided by this, rounded up, but not more than tasks.
   */
  private static final long READER_BYTES = 32L << 20;

  private final List<WeightSlice> slices;
  private final int[] rowStarts;

  /** The indices in {@code slices} of the matrices that readers read, grouped by tensor. */
  private final List<List<Integer>> exchanged;

  private final int readers;

  /**
   * Divides the reads of {@code slices} among one task or several.
   *
   * @param slices the matrices, all of one shape, at least one
   * @param rowStarts the first logical row of each task, and one past the last row of the last task
   */
  public StackReads(List<WeightSlice> slices, int... rowStarts) {
    this.slices = List.copyOf(slices);
    this.rowStarts = rowStarts.clone();
    if (rowStarts.length < 2 || rowStarts[tasks()] > this.slices.get(0).rows()) {
      throw new IllegalArgumentException(
          "%d rows divided at %s".formatted(slices.get(0).rows(), Arrays.toString(rowStarts)));
    }
    this.exchanged = exchangedByTensor();
    long bytes =
        exchanged.stream()
            .mapToLong(indices -> this.slices.get(indices.get(0)).tensor().length())
            .sum();
    this.readers = (int) Math.min(tasks(), (bytes + READER_BYTES - 1) / READER_BYTES);
  }

  /** Returns {@link #exchanged}: empty for one task, which reads transposed matrices itself. */
  private List<List<Integer>> exchangedByTensor() {
    Map<Object, List<Integer>> byTensor = new LinkedHashMap<>();
    if (tasks() > 1) {
      for (int i = 0; i < slices.size(); i++) {
        if (slices.get(i).layout().isStoredTransposed()) {
          byTensor.computeIfAbsent(slices.get(i).tensor(), key -> new ArrayList<>()).add(i);
        }
      }
    }
    return List.copyOf(byTensor.values());
  }

  /** The number of tasks, at least 1. */
  public int tasks() {
    return rowStarts.length - 1;
  }

  /** The number of readers; 0 if each task itself reads all that it needs. */
  public int readers() {
    return readers;
  }

  /** Returns the reads of a task, without the matrices that readers read for it. */
  public SliceReads ofTask(int task) {
    return new SliceReads(
        TensorReads.of(
            IntStream.range(0, slices.size())
                .filter(i -> readers == 0 || !slices.get(i).layout().isStoredTransposed())
                .mapToObj(
                    i -> MatrixPart.rows(i, slices.get(i), rowStarts[task], rowStarts[task + 1]))));
  }

  /** Returns the reads of a reader. */
  public SliceReads ofReader(int reader) {
    return new SliceReads(TensorReads.of(partsOf(reader)));
  }

  /**
   * Returns the parts that {@code reader} reads. The stored rows of all exchanged tensors, one
   * tensor after the other, are divided evenly; stored rows are columns of the logical matrices.
   */
  private Stream<MatrixPart> partsOf(int reader) {
    int columns = slices.get(0).columns();
    long all = (long) exchanged.size() * columns;
    long start = all * reader / readers;
    long end = all * (reader + 1) / readers;
    return IntStream.range(0, exchanged.size())
        .boxed()
        .flatMap(
            tensor -> {
              int from = clamp(start - (long) tensor * columns, columns);
              int to = clamp(end - (long) tensor * columns, columns);
              return exchanged.get(tensor).stream()
                  .map(i -> MatrixPart.columns(i, slices.get(i), from, to))
                  .map(part -> part.withRows(rowStarts[0], rowStarts[tasks()]));
            });
  }

  private static int clamp(long index, int limit) {
    return (int) Math.max(0, Math.min(index, limit));
  }

  /**
   * Returns the pieces of a reader, read in batches as the iterator advances.
   *
   * @param shards opens a file by its name
   */
  public PieceReader pieces(int reader, Function<String, ShardReader> shards) {
    return new PieceReader(ofReader(reader), shards, rowStarts);
  }

  /** Returns a decoder of pieces that passes their values to {@code sink}. */
  public PieceDecoder decoder(MatrixSink sink) {
    return new PieceDecoder(slices, sink);
  }

  /** Returns the cost summed over all tasks and readers. */
  public ReadCost totalCost() {
    ReadCost total = new ReadCost(0, 0, 0, 0);
    for (int task = 0; task < tasks(); task++) {
      SliceReads reads = ofTask(task);
      total = total.plus(new ReadCost(reads.bytes(), reads.requests(), reads.files(), 0));
    }
    for (int reader = 0; reader < readers; reader++) {
      SliceReads reads = ofReader(reader);
      total =
          total.plus(new ReadCost(reads.bytes(), reads.requests(), reads.files(), reads.bytes()));
    }
    return total;
  }

  /**
   * The cost of reading a stack.
   *
   * @param bytes the bytes read from files, including unneeded bytes that are read through
   * @param requests the number of byte ranges asked for
   * @param opens how often a file is opened
   * @param exchangedBytes those of {@code bytes} that readers read and send to tasks
   */
  public record ReadCost(long bytes, long requests, long opens, long exchangedBytes) {
    /** Returns the sum of this and {@code other}. */
    public ReadCost plus(ReadCost other) {
      return new ReadCost(
          bytes + other.bytes,
          requests + other.requests,
          opens + other.opens,
          exchangedBytes + other.exchangedBytes);
    }
  }
}

package io.github.trawl.architecture;

import io.github.trawl.checkpoint.ByteRange;
import io.github.trawl.checkpoint.ShardReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The requests that read parts of logical matrices from the files that store them: file after file,
 * each from its start to its end, each stored byte once.
 *
 * <p>{@link #bytes} and {@link #requests} are exactly what {@link #read} takes.
 */
public final class SliceReads {
  private final List<TensorReads> tensors;

  SliceReads(List<TensorReads> tensors) {
    this.tensors = tensors;
  }

  List<TensorReads> tensors() {
    return tensors;
  }

  /** Bytes that are read. */
  public long bytes() {
    return reads().stream().mapToLong(read -> read.range().length()).sum();
  }

  /** Requests that read them. */
  public int requests() {
    return reads().size();
  }

  /** The number of files, each of which is opened once. */
  public int files() {
    return (int) tensors.stream().map(reads -> reads.tensor().file()).distinct().count();
  }

  private List<StoredRead> reads() {
    return tensors.stream().flatMap(reads -> reads.reads().stream()).toList();
  }

  /**
   * Reads all parts, decodes them and hands their values to the sink.
   *
   * @param shards opens the file of a name
   * @throws io.github.trawl.TrawlException if a value is NaN or infinite in float32, of category
   *     {@code BAD_INPUT}, or if {@code shards} throws it
   */
  public void read(Function<String, ShardReader> shards, MatrixSink sink) {
    TileDecoder decoder = new TileDecoder(sink);
    forEach(shards, (reads, read, bytes) -> reads.decode(read, bytes, decoder));
  }

  private void forEach(Function<String, ShardReader> shards, ReadVisitor visitor) {
    Map<String, List<TensorReads>> byFile =
        tensors.stream()
            .collect(
                Collectors.groupingBy(
                    reads -> reads.tensor().file(), LinkedHashMap::new, Collectors.toList()));
    byFile.forEach(
        (file, ofFile) -> {
          try (ShardReader shard = shards.apply(file)) {
            forEach(shard::readRanges, ofFile, visitor);
          }
        });
  }

  /** Hands over the bytes of each request for tensors in one file. */
  static void forEach(RangeSource source, List<TensorReads> tensors, ReadVisitor visitor) {
    List<TensorReads> owners = new ArrayList<>();
    List<StoredRead> reads = new ArrayList<>();
    for (TensorReads tensor : tensors) {
      for (StoredRead read : tensor.reads()) {
        owners.add(tensor);
        reads.add(read);
      }
    }
    source.read(
        reads.stream().map(StoredRead::range).toList(),
        (index, bytes) -> visitor.accept(owners.get(index), reads.get(index), bytes));
  }

  /** Reads ranges of a file. */
  interface RangeSource {
    void read(List<ByteRange> ranges, ByteRange.Visitor visitor);
  }

  /** Takes the bytes of one request. */
  interface ReadVisitor {
    void accept(TensorReads tensor, StoredRead read, ByteBuffer bytes);
  }
}

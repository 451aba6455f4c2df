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
 * within a file in ascending order, and no stored byte twice.
 *
 * <p>{@link #bytes} and {@link #requests} count exactly the byte ranges for which {@link #read}
 * asks.
 */
public final class SliceReads {
  private final List<TensorReads> tensors;

  SliceReads(List<TensorReads> tensors) {
    this.tensors = tensors;
  }

  List<TensorReads> tensors() {
    return tensors;
  }

  /** The number of bytes read, including unneeded bytes in gaps that are read through. */
  public long bytes() {
    return reads().stream().mapToLong(read -> read.range().length()).sum();
  }

  /** The number of byte ranges asked for. */
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
   * Reads all parts, decodes them and passes their values to the sink.
   *
   * @param shards opens a file by its name
   * @throws io.github.trawl.TrawlException of category {@code BAD_INPUT} if a value is NaN or
   *     infinite in float32; or as opening and reading the file throw
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

  /** Reads all requests for tensors of one file and passes the bytes of each to the visitor. */
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

package io.github.trawl.checkpoint;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Copies a shard while some of its tensors get new bytes.
 *
 * <p>Tensors keep their dtype, shape and offsets in the data; all other bytes of the data are
 * copied. The header is copied too, unless its metadata lacks {@code format}, without which
 * transformers refuses a file: then it is written anew with {@code format: pt} added.
 */
public final class ShardRewriter {
  /** The most bytes of a piece of a {@link TensorRewrite}, unless a single row has more. */
  public static final int CHUNK_BYTES = 4 << 20;

  /**
   * The most bytes of a row along the last dimension that can be rewritten: four million float32
   * values.
   */
  private static final int WIDEST_ROW = 16 << 20;

  private ShardRewriter() {}

  /**
   * Writes the new shard as the file of an attempt.
   *
   * @param attempt the name of the attempt, unique in the run
   * @param rewrites the sources of the new bytes of tensors, by name; may be empty
   * @param sha256 whether the input's SHA-256 is computed, which takes longer than copying
   * @throws io.github.trawl.TrawlException if a tensor is not in the shard, the shard changed since
   *     it was opened, the storage fails, or a rewrite throws one
   */
  public static ShardDigest rewrite(
      Path inputDirectory,
      ShardFile shard,
      Staging staging,
      String attempt,
      Map<String, TensorRewrite> rewrites,
      boolean sha256,
      Configuration hadoop) {
    try (ShardReader reader = ShardReader.open(inputDirectory, shard, hadoop)) {
      ShardHeader header = reader.header();
      String where = Problems.show(new Path(inputDirectory, shard.name()));
      List<TensorInfo> touched = touched(header, rewrites, where);
      int slotBytes =
          touched.stream().mapToInt(tensor -> pieceBytes(tensor, where)).max().orElse(0);
      try (AttemptFile file =
              AttemptFile.create(staging, attempt, shard.name(), shard.length(), hadoop);
          ShardPipe pipe = new ShardPipe(reader, file, Math.max(CHUNK_BYTES, slotBytes), sha256)) {
        writeHeader(header, pipe);
        long position = header.dataOffset();
        for (TensorInfo tensor : touched) {
          pipe.copy(position, tensor.offset() - position);
          pipe.rewrite(tensor, pieceBytes(tensor, where), rewrites.get(tensor.name()));
          position = tensor.offset() + tensor.length();
        }
        pipe.copy(position, shard.length() - position);
        pipe.finish();
        reader.checkUnchanged();
        return pipe.commit(file);
      } catch (IOException e) {
        // Where the kernel copies, either of the two may have failed.
        throw Problems.storage(staging.target(shard.name()), "cannot copy " + where + " to it", e);
      }
    }
  }

  private static List<TensorInfo> touched(
      ShardHeader header, Map<String, TensorRewrite> rewrites, String where) {
    List<TensorInfo> touched =
        header.tensors().stream()
            .filter(tensor -> rewrites.containsKey(tensor.name()))
            .sorted(
                Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::length))
            .toList();
    if (touched.size() < rewrites.size()) {
      TreeSet<String> missing = new TreeSet<>(rewrites.keySet());
      touched.forEach(tensor -> missing.remove(tensor.name()));
      throw Problems.badInput(
          where,
          "has no tensor "
              + Problems.quote(missing.first())
              + "; keep the model unchanged and run again");
    }
    return touched;
  }

  private static void writeHeader(ShardHeader header, ShardPipe pipe) throws IOException {
    if (header.metadata().containsKey(HeaderWriter.FORMAT)) {
      pipe.copy(0, header.dataOffset());
      return;
    }
    HeaderWriter writer = new HeaderWriter(header.metadata());
    for (TensorInfo tensor : header.tensors()) {
      writer.add(
          new TensorSpec(tensor.name(), tensor.dtype(), tensor.shape()),
          tensor.offset() - header.dataOffset());
    }
    pipe.replace(0, header.dataOffset(), writer.toBytes());
  }

  /**
   * Returns the bytes of a piece: the whole tensor, or as many whole rows as fit {@link
   * #CHUNK_BYTES}, at least one.
   */
  private static int pieceBytes(TensorInfo tensor, String where) {
    List<Long> shape = tensor.shape();
    if (tensor.dtype().bits() % Byte.SIZE != 0) {
      throw new IllegalArgumentException("tensor of packed elements can't be rewritten: " + tensor);
    }
    if (tensor.length() <= CHUNK_BYTES) {
      return (int) tensor.length();
    }
    long row = tensor.length() / shape.get(0);
    if (row > CHUNK_BYTES) {
      row = TensorSizes.bytes(shape.subList(shape.size() - 1, shape.size()), tensor.dtype());
    }
    if (row > WIDEST_ROW) {
      throw Problems.badInput(
          where,
          "tensor "
              + Problems.quote(tensor.name())
              + " of shape "
              + shape
              + " has rows of "
              + row
              + " bytes, at most "
              + WIDEST_ROW
              + " can be rewritten; leave it out");
    }
    return (int) (Math.max(1, CHUNK_BYTES / row) * row);
  }
}

package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes new safetensors files. */
public final class SafetensorsWriter {
  /**
   * The order in which the reference library writes: by dtype, the last of {@link
   * io.github.trawl.checkpoint.DType} first, so that the widest come first, then by the bytes of
   * the name.
   */
  private static final Comparator<TensorSpec> ORDER =
      Comparator.comparing(TensorSpec::dtype)
          .reversed()
          .thenComparing(
              tensor -> tensor.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private SafetensorsWriter() {}

  /**
   * Writes {@code file}, replacing an earlier one; it appears only when it is complete.
   *
   * @param metadata strings for the header; {@code format: pt} is added where it is absent
   * @param tensors in any order; they are written in the order of the reference library
   * @param content produces the tensors; called once for each, in the order in which they are
   *     written
   * @throws IllegalArgumentException if two tensors have the same name
   * @throws io.github.trawl.TrawlException if the storage fails or the content is not as long as
   *     the tensor
   */
  public static void write(
      FileSystem fileSystem,
      Path file,
      Map<String, String> metadata,
      List<TensorSpec> tensors,
      TensorContent content) {
    List<TensorSpec> sorted = tensors.stream().sorted(ORDER).toList();
    byte[] header = header(metadata, sorted);
    try (StagedFile staged = StagedFile.create(Storage.withoutChecksumFiles(fileSystem), file)) {
      OutputStream stream = staged.stream();
      stream.write(header);
      for (TensorSpec tensor : sorted) {
        TensorChannel channel = new TensorChannel(stream, tensor);
        content.write(tensor, channel);
        channel.checkComplete();
      }
      staged.commit();
    } catch (IOException e) {
      throw Problems.storage(file, "cannot write", e);
    }
  }

  private static byte[] header(Map<String, String> metadata, List<TensorSpec> sorted) {
    HeaderWriter writer = new HeaderWriter(metadata);
    Set<String> names = new HashSet<>();
    long begin = 0;
    for (TensorSpec tensor : sorted) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("two tensors named " + Problems.quote(tensor.name()));
      }
      writer.add(tensor, begin);
      begin = Math.addExact(begin, tensor.length());
    }
    return writer.toBytes();
  }
}

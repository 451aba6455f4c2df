package io.github.trawl.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** The golden models: their configs and tensors, filled as the Python script fills them. */
final class FilledTensors {
  private FilledTensors() {}

  static JsonNode golden(String modelType) {
    try (InputStream stream =
        FilledTensors.class.getResourceAsStream("golden-" + modelType + ".json")) {
      return new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The float32 tensors of a golden file, one after the other. */
  static List<TensorInfo> tensors(JsonNode golden) {
    List<TensorInfo> tensors = new ArrayList<>();
    long offset = 8;
    for (String name : (Iterable<String>) () -> golden.get("tensors").fieldNames()) {
      List<Long> shape = new ArrayList<>();
      golden.get("tensors").get(name).forEach(size -> shape.add(size.longValue()));
      TensorInfo tensor = tensor(name, DType.F32, offset, shape);
      tensors.add(tensor);
      offset += tensor.length();
    }
    return tensors;
  }

  static TensorInfo tensor(String name, DType dtype, long offset, List<Long> shape) {
    long elements = shape.stream().reduce(1L, (left, right) -> left * right);
    return new TensorInfo(
        name, dtype, shape, "model.safetensors", offset, elements * dtype.bits() / 8);
  }

  static TensorInfo matrix(String name, DType dtype, long rows, long columns) {
    return tensor(name, dtype, 8, List.of(rows, columns));
  }

  /** The file that holds {@code tensor}; bytes outside it can't be read. */
  static ByteSource source(TensorInfo tensor, String filledAs) {
    CRC32 checksum = new CRC32();
    checksum.update(filledAs.getBytes(StandardCharsets.UTF_8));
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(tensor.length())).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < tensor.length() / Float.BYTES; i++) {
      bytes.putFloat((int) ((checksum.getValue() + 7919 * i) % 4093) - 2046);
    }
    return source(tensor, bytes.array());
  }

  /** The file that holds {@code bytes} of {@code tensor}; bytes outside it can't be read. */
  static ByteSource source(TensorInfo tensor, byte[] bytes) {
    return (position, target) ->
        target.put(bytes, Math.toIntExact(position - tensor.offset()), target.remaining());
  }
}

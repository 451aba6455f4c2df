package io.github.trawl.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds the leading bytes of a safetensors file, entry by entry in the order of the calls. */
final class HeaderWriter {
  /** The key of the metadata that names the format; transformers refuses a file without it. */
  static final String FORMAT = "format";

  private static final String PYTORCH = "pt";
  private static final JsonFactory FACTORY = new JsonFactory();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final JsonGenerator json;

  HeaderWriter(Map<String, String> metadata) {
    Map<String, String> complete = new LinkedHashMap<>(metadata);
    complete.putIfAbsent(FORMAT, PYTORCH);
    bytes.writeBytes(new byte[ShardHeader.LENGTH_BYTES]);
    try {
      json = FACTORY.createGenerator(bytes);
      json.writeStartObject();
      json.writeObjectFieldStart(ShardHeader.METADATA);
      for (Map.Entry<String, String> entry : complete.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a tensor whose data starts {@code begin} bytes after the header. */
  void add(TensorSpec tensor, long begin) {
    try {
      json.writeObjectFieldStart(tensor.name());
      json.writeStringField("dtype", tensor.dtype().name());
      json.writeArrayFieldStart("shape");
      for (long size : tensor.shape()) {
        json.writeNumber(size);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("data_offsets");
      json.writeNumber(begin);
      json.writeNumber(begin + tensor.length());
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends the header and returns its length, in 8 bytes, followed by the header, which is padded
   * with spaces so that the data starts at a multiple of 8.
   */
  byte[] toBytes() {
    try {
      json.writeEndObject();
      json.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] unpadded = bytes.toByteArray();
    byte[] header = Arrays.copyOf(unpadded, (unpadded.length + 7) / 8 * 8);
    Arrays.fill(header, unpadded.length, header.length, (byte) ' ');
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, header.length - ShardHeader.LENGTH_BYTES);
    return header;
  }
}

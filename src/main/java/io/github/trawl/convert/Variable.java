package io.github.trawl.convert;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One variable of a TensorFlow bundle: where its bytes lie and what they are ({@code
 * tensor_bundle.proto}, BundleEntryProto).
 *
 * @param name the variable's name, such as {@code bert/embeddings/word_embeddings}
 * @param type the number of its type in {@code types.proto}; 1 is float32
 * @param shape its dimensions, outermost first
 * @param shard the number of the data file, from 0
 * @param offset the position of its first byte in that file
 * @param length the number of its bytes
 * @param checksum the {@linkplain MaskedCrc32c masked CRC-32C} of its bytes
 * @param partitioned whether it is stored in slices, each with a separate entry of the index
 */
record Variable(
    String name,
    long type,
    List<Long> shape,
    long shard,
    long offset,
    long length,
    int checksum,
    boolean partitioned) {
  static final long FLOAT32 = 1;

  /**
   * Parses an entry of the index. Its fields are dtype 1, shape 2, shard_id 3, offset 4, size 5,
   * crc32c 6 and slices 7; a shape has its dimensions in field 2, each with its size in field 1.
   *
   * @param value the bytes that the table holds under {@code name}
   * @param file the name of the index in error messages
   */
  static Variable parse(String name, ByteBuffer value, String file) {
    WireMessage entry = WireMessage.parse(value, file);
    List<Long> shape = new ArrayList<>();
    for (ByteBuffer shapeBytes : entry.messages(2)) {
      for (ByteBuffer dimension : WireMessage.parse(shapeBytes, file).messages(2)) {
        shape.add(WireMessage.parse(dimension, file).number(1));
      }
    }
    return new Variable(
        name,
        entry.number(1),
        List.copyOf(shape),
        entry.number(3),
        entry.number(4),
        entry.number(5),
        (int) entry.number(6),
        !entry.messages(7).isEmpty());
  }
}

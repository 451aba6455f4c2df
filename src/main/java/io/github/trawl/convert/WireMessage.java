package io.github.trawl.convert;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One message in protobuf's wire format, with its fields by number. An absent field has the default
 * of the format: zero, or no bytes. Groups, which TensorFlow never writes, are refused.
 */
final class WireMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final Map<Long, Long> numbers = new TreeMap<>();
  private final Map<Long, List<ByteBuffer>> messages = new TreeMap<>();

  private WireMessage() {}

  /**
   * Parses the whole of {@code bytes}, which came from {@code file}.
   *
   * @throws io.github.trawl.TrawlException BAD_INPUT if the bytes are no message
   */
  static WireMessage parse(ByteBuffer bytes, String file) {
    WireMessage message = new WireMessage();
    Cursor cursor = new Cursor(bytes, file);
    while (cursor.hasRemaining()) {
      long tag = cursor.varint();
      long field = tag >>> 3;
      int type = (int) (tag & 7);
      switch (type) {
        case VARINT -> message.numbers.put(field, cursor.varint());
        case FIXED64 -> message.numbers.put(field, cursor.fixed64());
        case FIXED32 -> message.numbers.put(field, Integer.toUnsignedLong(cursor.fixed32()));
        case LENGTH_DELIMITED ->
            message
                .messages
                .computeIfAbsent(field, unused -> new ArrayList<>())
                .add(cursor.bytes(cursor.varint()));
        default -> throw BadInput.damaged(file, "a field of unknown wire type " + type);
      }
    }
    return message;
  }

  /** The number in {@code field}, the last one if it is repeated, 0 if it is absent. */
  long number(long field) {
    return numbers.getOrDefault(field, 0L);
  }

  /** The strings or messages in {@code field}, in order. */
  List<ByteBuffer> messages(long field) {
    return messages.getOrDefault(field, List.of());
  }
}

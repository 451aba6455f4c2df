package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** A checkpoint in a directory, with a tensor of no model, whose config.json changes. */
final class DescribedConfig {
  private static final Configuration HADOOP = new Configuration();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  DescribedConfig(Path directory) {
    this.directory = directory;
    byte[] header =
        "{\"other\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    try {
      Files.write(
          directory.resolve("model.safetensors"), file.putLong(header.length).put(header).array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model that {@code config} describes. */
  TransformerSpec describe(ObjectNode config) {
    try {
      JSON.writeValue(directory.resolve("config.json").toFile(), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ModelFamilies.describe(
        Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), HADOOP));
  }
}

package io.github.trawl.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Computes a digest that tells which model a checkpoint is, wherever it lies: SHA-256 over the
 * names and digests of all files that can change what the model answers.
 *
 * <table>
 *   <caption>Files of a checkpoint</caption>
 *   <tr><th>file</th><th>counts</th></tr>
 *   <tr><td>the shards that hold its tensors</td><td>yes: the weights</td></tr>
 *   <tr><td>{@code config.json}</td><td>yes: what the weights mean</td></tr>
 *   <tr><td>{@code generation_config.json}</td><td>yes: how texts are generated</td></tr>
 *   <tr><td>{@code tokenizer.json}, {@code tokenizer_config.json}, {@code
 *       special_tokens_map.json}</td><td>yes: how text becomes tokens</td></tr>
 *   <tr><td>{@code model.safetensors.index.json}</td><td>no: the shards say what they hold</td></tr>
 *   <tr><td>{@code vocab.txt}, {@code merges.txt} and the like</td><td>no: never read, {@code
 *       tokenizer.json} holds the same</td></tr>
 *   <tr><td>weights in other formats</td><td>no: never read</td></tr>
 *   <tr><td>{@code trawl.json}, {@code factors/}</td><td>no: how the weights came about</td></tr>
 *   <tr><td>{@code README.md}, {@code .gitattributes} and all others</td><td>no</td></tr>
 * </table>
 *
 * <p>The files that {@link #parts} lists may be digested by {@link #ofFile} on any machine and in
 * any order; {@link #combine} makes one digest of theirs.
 */
public final class ModelDigest {
  /** The files beside the shards that can change what the model answers; a model may lack some. */
  public static final List<String> NAMES =
      List.of(
          "config.json",
          "generation_config.json",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json");

  /**
   * The first line of what is digested; changed whenever the same files would get another digest.
   */
  private static final String FORMAT = "trawl-model-1";

  private static final int BUFFER_BYTES = 1 << 20;

  private ModelDigest() {}

  /**
   * A file that is part of the digest.
   *
   * @param name the name relative to the model
   * @param bytes the length of the file
   */
  public record Part(String name, long bytes) implements Serializable {}

  /**
   * The files of a model that are part of its digest, the largest first.
   *
   * @throws io.github.trawl.TrawlException if the storage fails
   */
  public static List<Part> parts(Checkpoint checkpoint, Configuration hadoop) {
    List<Part> parts = new ArrayList<>();
    checkpoint.shards().forEach(shard -> parts.add(new Part(shard.name(), shard.length())));
    FileSystem fileSystem = Storage.open(checkpoint.directory(), hadoop);
    for (String name : NAMES) {
      Path file = Storage.child(checkpoint.directory(), name);
      try {
        parts.add(new Part(name, fileSystem.getFileStatus(file).getLen()));
      } catch (FileNotFoundException e) {
        // Many models do without some of them.
      } catch (IOException e) {
        throw Problems.reading(file, "cannot find", e);
      }
    }
    parts.sort(Comparator.comparingLong(Part::bytes).reversed().thenComparing(Part::name));
    return parts;
  }

  /**
   * SHA-256 of a file, as 64 hexadecimal digits.
   *
   * @param directory the directory of the model
   * @throws io.github.trawl.TrawlException if it can't be read or its length is not that of the
   *     part
   */
  public static String ofFile(Path directory, Part part, Configuration hadoop) {
    Path file = Storage.child(directory, part.name());
    MessageDigest digest = sha256();
    long length = 0;
    try (InputStream stream =
        new DigestInputStream(Storage.open(file, hadoop).open(file), digest)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        length += count;
      }
    } catch (IOException e) {
      throw Problems.reading(file, "cannot read", e);
    }
    if (length != part.bytes()) {
      throw Problems.badInput(
          Problems.show(file),
          "has "
              + part.bytes()
              + " bytes but "
              + length
              + " could be read; keep the model unchanged and run again");
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The digest of the model, as 64 hexadecimal digits.
   *
   * @param digests the digests of all {@link #parts}, by name
   */
  public static String combine(Map<String, String> digests) {
    StringBuilder lines = new StringBuilder(FORMAT).append('\n');
    // Without its length, a name that holds a line break could pass for two names.
    new TreeMap<>(digests)
        .forEach(
            (name, digest) ->
                lines
                    .append(digest)
                    .append(' ')
                    .append(name.length())
                    .append(' ')
                    .append(name)
                    .append('\n'));
    return HexFormat.of()
        .formatHex(sha256().digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

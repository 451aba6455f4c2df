package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.Json;
import io.github.trawl.checkpoint.NewFile;
import io.github.trawl.checkpoint.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The identity of a sweep, in {@code sweep.json}: what all its units have in common and what
 * decides their results, such as the model. It is written once; later runs must have the same.
 */
final class Identity {
  static final String FILE = "sweep.json";
  static final int FORMAT = 1;
  private static final long MAX_FILE_BYTES = 16 << 20;
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Identity() {}

  /**
   * Writes the identity where there is none, and compares it where there is one.
   *
   * @throws io.github.trawl.TrawlException of category {@code USAGE} if there is a different one
   */
  static void writeOrRequireSame(FileSystem fileSystem, Path root, ObjectNode identity)
      throws IOException {
    Path file = new Path(root, FILE);
    byte[] text = text(identity);
    if (!fileSystem.exists(file)) {
      refuseUnitsWithoutIdentity(fileSystem, root);
      if (NewFile.write(fileSystem, file, text)) {
        return;
      }
    }
    // Compared as parsed JSON, so that numbers of different Java types with one value are equal.
    List<Differences.Difference> differences =
        Differences.between(read(fileSystem, root), MAPPER.readTree(text).get("identity"));
    if (!differences.isEmpty()) {
      throw Problems.usage(
          Problems.show(root),
          "is a sweep of something else; what differs: "
              + Differences.describe(differences)
              + "; give the same model, tasks and options again, or choose another output");
    }
  }

  /**
   * Returns the identity of an existing sweep.
   *
   * @throws io.github.trawl.TrawlException of category {@code BAD_INPUT} if there is none that this
   *     version can read
   */
  static ObjectNode read(FileSystem fileSystem, Path root) {
    Path file = new Path(root, FILE);
    JsonNode json = Json.readObject(fileSystem, file, MAX_FILE_BYTES);
    int format = json.path("format").asInt();
    if (format > FORMAT) {
      throw Problems.badInput(
          Problems.show(file),
          "format " + format + " is newer than " + FORMAT + "; use the Trawl that wrote it");
    }
    if (format < 1 || !(json.get("identity") instanceof ObjectNode identity)) {
      throw Problems.badInput(
          Problems.show(file), "is not the file of a sweep; restore it or choose another output");
    }
    return identity;
  }

  private static void refuseUnitsWithoutIdentity(FileSystem fileSystem, Path root)
      throws IOException {
    for (String folder : List.of(Ledger.UNITS, Ledger.PACKS)) {
      Path path = new Path(root, folder);
      if (fileSystem.exists(path) && fileSystem.listStatus(path).length > 0) {
        throw Problems.usage(
            Problems.show(root),
            "holds "
                + folder
                + " but no "
                + FILE
                + ", so it is unknown what they are about; restore that file or choose another"
                + " output");
      }
    }
  }

  private static byte[] text(ObjectNode identity) throws JsonProcessingException {
    ObjectNode file = MAPPER.createObjectNode().put("format", FORMAT);
    file.set("identity", identity);
    return (MAPPER.writeValueAsString(file) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}

package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** Made-up units, numbered. */
final class Units {
  static final Duration STALE_AFTER = Duration.ofSeconds(60);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Units() {}

  static UnitKey key(int number) {
    return UnitKey.builder(kind(number)).with("number", number).build();
  }

  static String kind(int number) {
    return number % 3 == 0 ? "solve" : "scores";
  }

  static Unit unit(int number) {
    ObjectNode content = MAPPER.createObjectNode();
    content.put("number", number).put("text", "é \"" + number + "\"\n");
    ArrayNode values = content.putArray("values");
    for (int i = 0; i < 5; i++) {
      values.add(1.0 / (number * 5 + i + 3));
    }
    return new Unit(key(number), kind(number), content);
  }

  static ObjectNode identity() {
    ObjectNode identity = MAPPER.createObjectNode().put("numerics", 1);
    identity.putObject("model").put("name", "tiny").put("sha256", "0".repeat(64));
    identity.putArray("tasks").add("facts").add("names");
    return identity;
  }

  static Ledger open(Path root) {
    return open(root, new Configuration());
  }

  static Ledger open(Path root, Configuration hadoop) {
    return Ledger.open(hadoopPath(root), identity(), STALE_AFTER, hadoop);
  }

  static LedgerReader read(Path root) {
    return LedgerReader.read(hadoopPath(root), new Configuration());
  }

  static org.apache.hadoop.fs.Path hadoopPath(Path local) {
    return new org.apache.hadoop.fs.Path(local.toUri());
  }

  /** All finished units by their numbers. */
  static Map<Integer, Unit> all(LedgerView ledger) {
    Map<Integer, Unit> units = new TreeMap<>();
    for (String kind : List.of("solve", "scores")) {
      ledger.forEach(
          kind,
          unit -> {
            if (units.put(unit.content().path("number").asInt(), unit) != null) {
              throw new AssertionError("given twice: " + unit);
            }
          });
    }
    return units;
  }

  static Map<Integer, Unit> numbered(int count) {
    Map<Integer, Unit> units = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      units.put(i, unit(i));
    }
    return units;
  }

  /** Files in a folder by their names. */
  static List<String> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path file(Path root, int number) {
    return root.resolve("units").resolve(key(number) + ".json");
  }
}

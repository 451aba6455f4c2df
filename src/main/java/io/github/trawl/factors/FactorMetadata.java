package io.github.trawl.factors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes and parses the metadata of a factor file: entries whose keys begin with {@code trawl.}, as
 * {@code docs/formats.md} lists them. A reader accepts files of its own version only.
 */
final class FactorMetadata {
  /**
   * The version that is written and read; raised by any change that an older reader would misread.
   */
  static final int FORMAT = 2;

  private static final String PREFIX = "trawl.";

  /**
   * The keys of the entries that describe the content of the file; all others record how the
   * factors were computed.
   */
  private static final Set<String> STRUCTURE =
      Set.of("format", "kind", "stack", "shape", "slices", "nested", "members", "tensors");

  private static final ObjectMapper JSON = new ObjectMapper();

  private FactorMetadata() {}

  /**
   * The metadata of a file.
   *
   * @param batches the number of record batches of each tensor
   */
  static Map<String, String> of(FactorSet set, FactorCodec codec, List<Integer> batches) {
    Map<String, String> metadata = new LinkedHashMap<>();
    LowRankTensor first = set.tensors().get(0);
    metadata.put(PREFIX + "format", Integer.toString(FORMAT));
    metadata.put(PREFIX + "kind", codec.kind());
    metadata.put(PREFIX + "stack", set.stack());
    metadata.put(PREFIX + "shape", first.depth() + "," + first.rows() + "," + first.columns());
    ArrayNode slices = JsonNodeFactory.instance.arrayNode();
    set.slices().forEach(slices::add);
    metadata.put(PREFIX + "slices", slices.toString());
    metadata.put(PREFIX + "nested", Boolean.toString(set.nested()));
    ArrayNode members = JsonNodeFactory.instance.arrayNode();
    for (FactorMember member : set.members()) {
      members
          .addObject()
          .put("name", member.name())
          .put("rank", member.rank())
          .put("seed", member.seed())
          .put("fit", member.fit())
          .put("iterations", member.iterations())
          .put("reason", member.reason());
    }
    metadata.put(PREFIX + "members", members.toString());
    ArrayNode tensors = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < batches.size(); i++) {
      ObjectNode tensor = tensors.addObject();
      codec.ranks(set.tensors().get(i)).forEach(tensor.putArray("ranks")::add);
      tensor.put("batches", batches.get(i));
    }
    metadata.put(PREFIX + "tensors", tensors.toString());
    set.provenance().forEach((key, value) -> metadata.put(PREFIX + key, value));
    return metadata;
  }

  /**
   * Parses the metadata of a file.
   *
   * @throws IllegalArgumentException if it is not that of a factor file of this version
   */
  static FactorHeader parse(Map<String, String> metadata) {
    String format = text(metadata, "format");
    if (!format.equals(Integer.toString(FORMAT))) {
      throw new IllegalArgumentException(
          "format %s where this version of Trawl reads %d".formatted(format, FORMAT));
    }
    List<Integer> shape = new ArrayList<>();
    for (String dimension : text(metadata, "shape").split(",", -1)) {
      shape.add(Integer.valueOf(dimension));
    }
    if (shape.size() != 3) {
      throw new IllegalArgumentException("trawl.shape has " + shape.size() + " dimensions");
    }
    List<String> slices = new ArrayList<>();
    array(metadata, "slices").forEach(slice -> slices.add(slice.asText()));
    List<FactorMember> members = new ArrayList<>();
    array(metadata, "members").forEach(member -> members.add(member(member)));
    List<FactorHeader.StoredTensor> tensors = new ArrayList<>();
    array(metadata, "tensors").forEach(tensor -> tensors.add(tensor(tensor)));
    boolean nested = text(metadata, "nested").equals("true");
    if (members.isEmpty() || tensors.size() != (nested ? 1 : members.size())) {
      throw new IllegalArgumentException(
          members.size() + " members and " + tensors.size() + " tensors");
    }
    if (slices.size() != shape.get(0)) {
      throw new IllegalArgumentException(slices.size() + " labels for " + shape.get(0) + " slices");
    }
    return new FactorHeader(
        text(metadata, "kind"),
        text(metadata, "stack"),
        new TensorShape(shape.get(0), shape.get(1), shape.get(2)),
        List.copyOf(slices),
        metadata.getOrDefault(PREFIX + "method", "unknown"),
        Integer.parseInt(metadata.getOrDefault(PREFIX + "numerics", "0")),
        nested,
        List.copyOf(members),
        List.copyOf(tensors));
  }

  /**
   * The entries that record how the factors were computed, by key without the prefix, as in {@link
   * FactorSet#provenance}.
   */
  static Map<String, String> provenance(Map<String, String> metadata) {
    Map<String, String> provenance = new LinkedHashMap<>();
    metadata.forEach(
        (key, value) -> {
          String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : "";
          if (!name.isEmpty() && !STRUCTURE.contains(name)) {
            provenance.put(name, value);
          }
        });
    return provenance;
  }

  private static FactorMember member(JsonNode node) {
    return new FactorMember(
        node.required("name").asText(),
        node.required("rank").intValue(),
        node.required("seed").longValue(),
        node.path("fit").doubleValue(),
        node.path("iterations").intValue(),
        node.path("reason").asText());
  }

  private static FactorHeader.StoredTensor tensor(JsonNode node) {
    List<Integer> ranks = new ArrayList<>();
    node.required("ranks").forEach(rank -> ranks.add(rank.intValue()));
    int batches = node.required("batches").intValue();
    if (ranks.isEmpty() || batches < 1) {
      throw new IllegalArgumentException(
          "a tensor of ranks " + ranks + " in " + batches + " record batches");
    }
    return new FactorHeader.StoredTensor(List.copyOf(ranks), batches);
  }

  private static JsonNode array(Map<String, String> metadata, String key) {
    try {
      JsonNode node = JSON.readTree(text(metadata, key));
      if (!node.isArray()) {
        throw new IllegalArgumentException(PREFIX + key + " is no list");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(PREFIX + key + " is no JSON", e);
    }
  }

  private static String text(Map<String, String> metadata, String key) {
    String value = metadata.get(PREFIX + key);
    if (value == null) {
      throw new IllegalArgumentException("no " + PREFIX + key + " in its metadata");
    }
    return value;
  }
}

package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The failed attempts at units, in memory. On the storage each attempt is a unit of its own. */
final class Failures {
  private static final int LONGEST_MESSAGE = 2_000;

  private final Map<UnitKey, List<Failure>> byUnit = new ConcurrentHashMap<>();

  /** Reads all failures in {@code units}; some may be of units that were finished later. */
  static Failures read(UnitReader units) {
    Failures failures = new Failures();
    units.forEach(Optional.empty(), unit -> failures.add(parse(unit)));
    return failures;
  }

  /** Returns a record of one more failed attempt at a unit, without adding it. */
  Failure next(UnitKey key, String kind, String about, String message) {
    int attempts = of(key).stream().mapToInt(Failure::attempt).max().orElse(0);
    return new Failure(
        key, Unit.requireKind(kind), attempts + 1, cut(about), cut(message), Instant.now());
  }

  void add(Failure failure) {
    byUnit.merge(failure.key(), List.of(failure), Failures::joined);
  }

  /** Returns the failed attempts at a unit, in their order. */
  List<Failure> of(UnitKey key) {
    return byUnit.getOrDefault(key, List.of());
  }

  /** Returns all failed attempts, sorted by unit and attempt. */
  List<Failure> all() {
    return byUnit.values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparing(Failure::key).thenComparing(Failure::attempt))
        .toList();
  }

  /** Returns the unit in which a failed attempt is stored. */
  static UnitText storedUnit(Failure failure) {
    ObjectNode content =
        JsonNodeFactory.instance
            .objectNode()
            .put("unit", failure.key().toString())
            .put("attempt", failure.attempt())
            .put("about", failure.about())
            .put("message", failure.message())
            .put("time", failure.time().toString());
    return UnitText.of(new Unit(storedKey(failure), failure.kind(), content));
  }

  /** Returns the key of the unit in which a failed attempt is stored. */
  static UnitKey storedKey(Failure failure) {
    return UnitKey.builder("failure")
        .with("unit", failure.key().toString())
        .with("attempt", failure.attempt())
        .build();
  }

  /** Forgets the failures of a unit and returns them. */
  List<Failure> remove(UnitKey key) {
    List<Failure> removed = byUnit.remove(key);
    return removed == null ? List.of() : removed;
  }

  private static Failure parse(UnitText text) {
    ObjectNode content = text.json();
    return new Failure(
        new UnitKey(content.path("unit").asText()),
        text.kind(),
        content.path("attempt").asInt(),
        content.path("about").asText(),
        content.path("message").asText(),
        Instant.parse(content.path("time").asText()));
  }

  private static List<Failure> joined(List<Failure> one, List<Failure> other) {
    List<Failure> all = new ArrayList<>(one);
    all.addAll(other);
    all.sort(Comparator.comparing(Failure::attempt));
    return List.copyOf(all);
  }

  /** Returns where to cut a line: never between the halves of a surrogate pair. */
  private static int end(String line) {
    return LONGEST_MESSAGE - (Character.isHighSurrogate(line.charAt(LONGEST_MESSAGE - 1)) ? 1 : 0);
  }

  /** Returns the text as one line without unpaired surrogates, short enough for a table. */
  private static String cut(String text) {
    String line = text.strip().replaceAll("\\R", " ").replaceAll("\\p{Cs}", "?");
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, end(line)) + "…";
  }
}

package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.InputFile;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.plan.Strategy;
import io.github.trawl.sweep.DecompositionSize;
import io.github.trawl.sweep.Grid;
import io.github.trawl.sweep.GridEntry;
import io.github.trawl.sweep.GridRule;
import io.github.trawl.yaml.InvalidYamlException;
import io.github.trawl.yaml.SafeYaml;
import io.github.trawl.yaml.UnknownKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads the grid of a sweep from a YAML file: the key {@code grid} has a list of entries, and the
 * keys {@code include} and {@code exclude} have lists of rules. Other keys are ignored here: they
 * are values for flags of the command.
 */
final class GridFile {
  /** The key of the entries, and the name of the flag that gives another file for them. */
  static final String KEY = "grid";

  /** The keys of the rules; these are not flags. */
  static final Set<String> RULE_KEYS = Set.of("include", "exclude");

  private final String location;

  private GridFile(String location) {
    this.location = location;
  }

  /**
   * Reads the grid.
   *
   * @throws TrawlException of category USAGE if the file can't be read or is wrong; the message
   *     names the file and, where they are known, the entry and the key
   */
  static Grid read(String location, Configuration hadoop) {
    return new GridFile(location).grid(hadoop);
  }

  /**
   * Returns the text of the file; if it is longer than 1 MiB, only the first MiB.
   *
   * @throws TrawlException of category USAGE if the file can't be read
   */
  static String text(String location, Configuration hadoop) {
    GridFile file = new GridFile(location);
    try (InputStream stream = file.open(hadoop)) {
      return new String(stream.readNBytes(1 << 20), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw file.wrong("cannot be read (" + Problems.oneLine(e) + ")", e);
    }
  }

  private Grid grid(Configuration hadoop) {
    try (InputStream stream = open(hadoop)) {
      if (!(SafeYaml.read(stream) instanceof Map<?, ?> map)) {
        throw wrong("is not a map of keys to values", null);
      }
      List<GridMap> entries = maps(map, KEY);
      if (entries.isEmpty()) {
        throw wrong("has no grid; list its entries below the key grid", null);
      }
      return new Grid(
          entries.stream().map(this::entry).toList(),
          maps(map, "include").stream().map(this::rule).toList(),
          maps(map, "exclude").stream().map(this::rule).toList());
    } catch (InvalidYamlException e) {
      throw wrong(e.getMessage(), e);
    } catch (IOException e) {
      throw wrong("cannot be read (" + Problems.oneLine(e) + ")", e);
    }
  }

  private InputStream open(Configuration hadoop) throws IOException {
    try {
      Path path = InputFile.find("--grid", new Path(location), hadoop);
      return path.getFileSystem(hadoop).open(path);
    } catch (IllegalArgumentException e) {
      throw wrong("is no path (" + e.getMessage() + ")", e);
    }
  }

  private List<GridMap> maps(Map<?, ?> root, String key) {
    Object value = root.get(key);
    if (value == null && root.containsKey(key)) {
      throw wrong(key + " is empty; list its entries or leave it out", null);
    }
    List<?> list =
        value == null ? List.of() : value instanceof List<?> several ? several : List.of(value);
    List<GridMap> maps = new ArrayList<>();
    for (Object element : list) {
      String place = key + ", entry " + (maps.size() + 1);
      if (!(element instanceof Map<?, ?> map)) {
        throw wrong(place + " is not a map of keys to values", null);
      }
      maps.add(new GridMap(place, map));
    }
    return maps;
  }

  private GridEntry entry(GridMap map) {
    map.allow(
        "strategy",
        "matrices",
        "layers",
        "method",
        "rank",
        "ratio",
        "seed",
        "max-iterations",
        "tolerance",
        "start",
        "acceleration");
    List<DecompositionSize> sizes = map.sizes();
    if (sizes.isEmpty()) {
      throw map.wrong("has neither rank nor ratio; give one of them");
    }
    if (map.has("rank") && map.has("ratio")) {
      throw map.wrong("has rank and ratio; give each an entry of its own");
    }
    return new GridEntry(
        orDefault(map.enums("strategy", Strategy.class), Strategy.LAYER),
        orDefault(map.texts("matrices"), "fc"),
        orDefault(map.texts("layers"), "all"),
        orDefault(map.methods(), DecompositionMethods.CP),
        sizes,
        orDefault(map.longs("seed"), 0L),
        map.single("max-iterations", map.longs("max-iterations")).map(map::iterations),
        map.single("tolerance", map.doubles("tolerance")).map(map::tolerance),
        map.single("start", map.enums("start", StartDistribution.class)),
        map.single("acceleration", map.enums("acceleration", Acceleration.class)));
  }

  private GridRule rule(GridMap map) {
    map.allow("strategy", "matrices", "layers", "method", "rank", "ratio", "seed");
    if (map.isEmpty()) {
      throw map.wrong("matches everything; give a key");
    }
    return new GridRule(
        Set.copyOf(map.enums("strategy", Strategy.class)),
        Set.copyOf(map.texts("matrices")),
        Set.copyOf(map.texts("layers")),
        Set.copyOf(map.methods()),
        Set.copyOf(map.sizes()),
        Set.copyOf(map.longs("seed")));
  }

  private static <T> List<T> orDefault(List<T> values, T value) {
    return values.isEmpty() ? List.of(value) : values;
  }

  private TrawlException wrong(String what, Exception cause) {
    return new TrawlException(
        ErrorCategory.USAGE,
        "grid '" + location + "' " + what + "; conf/sweeps/quickstart.yaml is an example",
        cause);
  }

  /** The map of an entry or a rule, with checked access to its values. */
  private final class GridMap {
    private final String place;
    private final Map<?, ?> map;

    GridMap(String place, Map<?, ?> map) {
      this.place = place;
      this.map = map;
    }

    /** Refuses the map if it has a key other than these. */
    void allow(String... keys) {
      List<String> known = List.of(keys);
      for (Object key : map.keySet()) {
        if (!known.contains(String.valueOf(key))) {
          throw wrong(
              "has the unknown key '%s'; %s"
                  .formatted(key, UnknownKeys.hint(String.valueOf(key), known)));
        }
      }
    }

    boolean has(String key) {
      return map.containsKey(key);
    }

    boolean isEmpty() {
      return map.isEmpty();
    }

    /** Returns the scalars of a key as texts; a single scalar counts as a list of one. */
    List<String> texts(String key) {
      Object value = map.get(key);
      if (value == null) {
        if (map.containsKey(key)) {
          throw wrong(key + " has no value");
        }
        return List.of();
      }
      List<?> list = value instanceof List<?> several ? several : List.of(value);
      List<String> texts = new ArrayList<>();
      for (Object element : list) {
        if (!(element instanceof String
            || element instanceof Number
            || element instanceof Boolean)) {
          throw wrong(key + " has a value that is neither text nor number");
        }
        texts.add(element.toString());
      }
      if (texts.isEmpty() || new HashSet<>(texts).size() < texts.size()) {
        throw wrong(key + (texts.isEmpty() ? " is an empty list" : " names a value twice"));
      }
      return texts;
    }

    List<Long> longs(String key) {
      List<String> texts = texts(key);
      return texts.isEmpty()
          ? List.of()
          : converted(key, () -> NumberList.of(String.join(",", texts)).values());
    }

    List<Double> doubles(String key) {
      List<Double> values = new ArrayList<>();
      for (String text : texts(key)) {
        for (String part : text.split(",", -1)) {
          values.add(
              converted(
                  key,
                  () -> {
                    try {
                      return Double.valueOf(part.trim());
                    } catch (NumberFormatException e) {
                      throw new IllegalArgumentException("'" + part + "' is no number", e);
                    }
                  }));
        }
      }
      return values;
    }

    List<DecompositionSize> sizes() {
      List<DecompositionSize> sizes = new ArrayList<>();
      for (long rank : longs("rank")) {
        if (rank < 1 || rank > Integer.MAX_VALUE) {
          throw wrong("rank is " + rank + "; it must be from 1 to " + Integer.MAX_VALUE);
        }
        sizes.add(new DecompositionSize.Rank((int) rank));
      }
      for (double ratio : doubles("ratio")) {
        sizes.add(converted("ratio", () -> new DecompositionSize.Ratio(ratio)));
      }
      if (new HashSet<>(sizes).size() < sizes.size()) {
        throw wrong("ratio names a value twice");
      }
      return sizes;
    }

    List<DecompositionMethod> methods() {
      return texts("method").stream()
          .map(text -> converted("method", () -> new MethodConverter().convert(text)))
          .toList();
    }

    <E extends Enum<E>> List<E> enums(String key, Class<E> type) {
      EnumConverter<E> converter = new EnumConverter<>(List.of(type.getEnumConstants()));
      return texts(key).stream()
          .map(text -> converted(key, () -> converter.convert(text)))
          .toList();
    }

    /** Returns the only value of a key that may have one; empty if it has none. */
    <T> Optional<T> single(String key, List<T> values) {
      if (values.size() > 1) {
        throw wrong(key + " is a list; give each value an entry of its own");
      }
      return values.stream().findFirst();
    }

    /** Returns a value of max-iterations if it is in the range. */
    int iterations(long value) {
      if (value < 1 || value > Integer.MAX_VALUE) {
        throw wrong("max-iterations is " + value + "; it must be from 1 to " + Integer.MAX_VALUE);
      }
      return (int) value;
    }

    /** Returns a value of tolerance if it is in the range. */
    double tolerance(double value) {
      if (!(value >= 0)) {
        throw wrong("tolerance is " + value + "; it must not be negative");
      }
      return value;
    }

    /** Runs a conversion; its failure becomes an error that names the entry and the key. */
    private <T> T converted(String key, Supplier<T> conversion) {
      try {
        return conversion.get();
      } catch (TypeConversionException | IllegalArgumentException e) {
        throw wrong(key + ": " + e.getMessage());
      }
    }

    TrawlException wrong(String what) {
      return GridFile.this.wrong(place + " " + what, null);
    }
  }
}

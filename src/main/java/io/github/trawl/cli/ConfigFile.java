package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.InputFile;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.yaml.InvalidYamlException;
import io.github.trawl.yaml.SafeYaml;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A YAML file with values for the flags of a command. No object is made of a Java class that a YAML
 * tag names.
 */
final class ConfigFile {
  private static final String SWEEP = "sweep";

  private final String location;
  private final String command;

  private ConfigFile(String location, String command) {
    this.location = location;
    this.command = command;
  }

  /**
   * Returns the values of a file by key, in its order; keys of nested maps are joined by dots,
   * elements of lists by commas. If the file holds the grid of a sweep, the key {@code grid} has
   * the location of the file as its value, in place of the grid.
   *
   * @param command the command that takes the values; messages name an example file for it
   * @throws TrawlException of category USAGE if the file can't be read or has another form
   */
  static Map<String, String> read(String location, String command) {
    return new ConfigFile(location, command).keys();
  }

  private Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    try (InputStream stream = open()) {
      Object root = SafeYaml.read(stream);
      if (root == null) {
        return keys;
      }
      if (!(root instanceof Map<?, ?> map)) {
        throw wrong("is not a map of keys to values", null);
      }
      flatten("", map, keys);
      return keys;
    } catch (InvalidYamlException e) {
      throw wrong(e.getMessage(), e);
    } catch (IOException e) {
      throw wrong("cannot be read (" + Problems.oneLine(e) + ")", e);
    }
  }

  private InputStream open() throws IOException {
    try {
      Configuration hadoop = HadoopSettings.load();
      Path path = InputFile.find("--config", new Path(location), hadoop);
      return path.getFileSystem(hadoop).open(path);
    } catch (IllegalArgumentException e) {
      throw wrong("is no path (" + e.getMessage() + ")", e);
    }
  }

  private void flatten(String prefix, Map<?, ?> map, Map<String, String> keys) {
    map.forEach(
        (name, value) -> {
          String key = prefix + name;
          if (isGrid(key, value)) {
            keys.put(GridFile.KEY, location);
          } else if (value instanceof Map<?, ?> nested) {
            flatten(key + ".", nested, keys);
          } else if (value instanceof List<?> list) {
            keys.put(
                key,
                list.stream()
                    .map(element -> scalar(key, element))
                    .collect(Collectors.joining(",")));
          } else {
            keys.put(key, scalar(key, value));
          }
        });
  }

  /** Returns whether a value is part of a grid, rather than the name of a file that holds one. */
  private boolean isGrid(String key, Object value) {
    return command.equals(SWEEP)
        && (GridFile.RULE_KEYS.contains(key)
            || (key.equals(GridFile.KEY) && !(value instanceof String)));
  }

  private String example() {
    return switch (command) {
      case SWEEP -> "sweeps/quickstart";
      case "evaluate" -> "evaluate-facts";
      default -> "denoise-layer";
    };
  }

  private String scalar(String key, Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw wrong("key '" + key + "' must be a text, a number, true, false or a list of these", null);
  }

  private TrawlException wrong(String what, Exception cause) {
    return new TrawlException(
        ErrorCategory.USAGE,
        "configuration '" + location + "' " + what + "; conf/" + example() + ".yaml is an example",
        cause);
  }
}

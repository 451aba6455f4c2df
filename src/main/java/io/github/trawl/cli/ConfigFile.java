package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
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

/** A YAML file of scalars, read without constructing any object that it names. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * The keys of a file in its order; those of nested maps are joined by dots, lists by commas.
   *
   * @throws TrawlException of category USAGE if it is no such file
   */
  static Map<String, String> read(String location) {
    Map<String, String> keys = new LinkedHashMap<>();
    Path path = new Path(location);
    try (InputStream stream = path.getFileSystem(new Configuration()).open(path)) {
      Object root = SafeYaml.read(stream);
      if (root == null) {
        return keys;
      }
      if (!(root instanceof Map<?, ?> map)) {
        throw wrong(location, "is not a map of keys to values", null);
      }
      flatten(location, "", map, keys);
      return keys;
    } catch (InvalidYamlException e) {
      throw wrong(location, e.getMessage(), e);
    } catch (IOException e) {
      throw wrong(location, "cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static void flatten(
      String location, String prefix, Map<?, ?> map, Map<String, String> keys) {
    map.forEach(
        (name, value) -> {
          String key = prefix + name;
          if (value instanceof Map<?, ?> nested) {
            flatten(location, key + ".", nested, keys);
          } else if (value instanceof List<?> list) {
            keys.put(
                key,
                list.stream()
                    .map(element -> scalar(location, key, element))
                    .collect(Collectors.joining(",")));
          } else {
            keys.put(key, scalar(location, key, value));
          }
        });
  }

  private static String scalar(String location, String key, Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw wrong(location, "key '" + key + "' has no plain value", null);
  }

  private static TrawlException wrong(String location, String what, Exception cause) {
    return new TrawlException(
        ErrorCategory.USAGE,
        "configuration " + location + " " + what + "; conf/denoise-layer.yaml is an example",
        cause);
  }
}

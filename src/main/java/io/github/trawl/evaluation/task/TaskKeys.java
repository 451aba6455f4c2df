package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.template.Template;
import io.github.trawl.evaluation.template.TemplateException;
import io.github.trawl.yaml.UnknownKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads typed values of the keys of a task file or group file; every error names file and key.
 *
 * <p>A text, a list or a map of numbers may be null, as lm-evaluation-harness's files have it,
 * which is as if the key were absent. A number, a truth value or a map of further keys may not,
 * unless the caller asks {@link #has} first.
 */
final class TaskKeys {
  private final String where;
  private final String prefix;
  private final Map<?, ?> map;

  /**
   * @param where the file, for messages
   * @param prefix what precedes the keys of {@code map} in messages, such as {@code masked.}; empty
   *     for the whole file
   * @param map the keys and their values
   */
  TaskKeys(String where, String prefix, Map<?, ?> map) {
    this.where = where;
    this.prefix = prefix;
    this.map = map;
  }

  /** Refuses keys that are not in {@code known}. */
  void requireKnown(List<String> known) {
    for (Object key : map.keySet()) {
      if (!(key instanceof String name) || !known.contains(name)) {
        String unknown = String.valueOf(key);
        throw wrong(unknown, "is not supported; " + UnknownKeys.hint(unknown, known));
      }
    }
  }

  /** Returns whether the key has a value, other than null. */
  boolean has(String key) {
    return map.get(key) != null;
  }

  /** Returns a text, or a number as text; empty if absent. */
  Optional<String> text(String key) {
    Object value = map.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String || value instanceof Number) {
      return Optional.of(value.toString());
    }
    throw wrong(key, "must be a text");
  }

  String requiredText(String key) {
    return text(key).orElseThrow(() -> wrong(key, "is missing"));
  }

  /**
   * Returns a whole number.
   *
   * @param absent the number if the key is absent
   * @param least the least number that is allowed
   */
  int integer(String key, int absent, int least) {
    return integer(key, map.containsKey(key) ? map.get(key) : (Object) absent, least);
  }

  private int integer(String key, Object value, int least) {
    if (value instanceof Integer number && number >= least) {
      return number;
    }
    throw wrong(key, "must be a whole number from " + least);
  }

  /** Returns a map of names to whole numbers, each at least {@code least}; empty if absent. */
  Map<String, Integer> integers(String key, int least) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    if (!has(key)) {
      return numbers;
    }
    if (!(map.get(key) instanceof Map<?, ?> inner)) {
      throw wrong(key, "must be a map of names to whole numbers");
    }
    TaskKeys keys = new TaskKeys(where, prefix + key + ".", inner);
    inner.forEach(
        (unquoted, value) -> {
          String name = String.valueOf(unquoted);
          // In YAML a number is no text, nor are other words: yes is a truth value.
          if (!(unquoted instanceof String || unquoted instanceof Integer)
              || numbers.put(name, keys.integer(name, value, least)) != null) {
            throw keys.wrong(name, "is no plain name, or there twice; write the name in quotes");
          }
        });
    return numbers;
  }

  /** Returns a number from 0 to 1; {@code absent} if the key is absent. */
  double fraction(String key, double absent) {
    Object value = map.containsKey(key) ? map.get(key) : (Object) absent;
    if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
      return number.doubleValue();
    }
    throw wrong(key, "must be a number from 0 to 1");
  }

  /** Returns the keys of a nested map, all of which must be {@code known}; none if absent. */
  TaskKeys nested(String key, List<String> known) {
    Object value = map.containsKey(key) ? map.get(key) : Map.of();
    if (!(value instanceof Map<?, ?> inner)) {
      throw wrong(key, "must be a map");
    }
    TaskKeys keys = new TaskKeys(where, prefix + key + ".", inner);
    keys.requireKnown(known);
    return keys;
  }

  /** Returns a truth value; false if absent. */
  boolean truth(String key) {
    Object value = map.containsKey(key) ? map.get(key) : (Object) false;
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw wrong(key, "must be true or false");
  }

  /** Returns the keys of a map that is an element of the list at {@code key}. */
  TaskKeys element(String key, Map<?, ?> inner) {
    return new TaskKeys(where, prefix + key + ".", inner);
  }

  /**
   * Returns the elements of a list of texts, or a single text as a list of one; empty if absent.
   */
  List<String> texts(String key) {
    Object value = map.get(key);
    if (value instanceof String text) {
      return List.of(text);
    }
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw wrong(key, "must be a text or a list of texts");
  }

  /** Returns a list of texts and numbers as texts, or one text as a list; empty if absent. */
  List<String> choices(String key) {
    if (!(map.get(key) instanceof List<?> list)) {
      return texts(key);
    }
    List<String> choices = new ArrayList<>();
    for (Object element : list) {
      if (element instanceof Double number) {
        choices.add(PythonText.number(number));
      } else if (element instanceof String || element instanceof Number) {
        choices.add(element.toString());
      } else {
        throw wrong(key, "holds " + element + ", neither a text nor a number; put it in quotes");
      }
    }
    return choices;
  }

  /** Returns a template: parsed from a text, or a whole number or list that is used as it is. */
  Template templateOrValue(String key) {
    Object value = map.get(key);
    if (value instanceof Integer number) {
      return Template.of(number.longValue());
    }
    if (!(value instanceof List<?> list)) {
      return parse(key, requiredText(key));
    }
    List<Object> elements = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String || element instanceof Integer)) {
        throw wrong(key, "holds " + element + ", neither a text nor a whole number");
      }
      elements.add(element instanceof Integer number ? (Object) number.longValue() : element);
    }
    return Template.of(elements);
  }

  /** Returns the raw value; null if absent. */
  Object value(String key) {
    return map.get(key);
  }

  Optional<Template> template(String key) {
    return text(key).map(source -> parse(key, source));
  }

  Template parse(String key, String source) {
    try {
      return Template.parse(source);
    } catch (TemplateException e) {
      throw wrong(key, "is no template: " + e.getMessage());
    }
  }

  /** Refuses any value but {@code only}, which is also the meaning of an absent key. */
  void requireOnly(String key, Object only) {
    if (map.containsKey(key) && !only.equals(map.get(key))) {
      throw wrong(key, "can only be " + only);
    }
  }

  /** Returns the error for a key, with a message in which {@code what} follows the key. */
  TrawlException wrong(String key, String what) {
    return new TrawlException(
        ErrorCategory.USAGE,
        String.format("task file %s: key '%s%s' %s", where, prefix, key, what));
  }
}

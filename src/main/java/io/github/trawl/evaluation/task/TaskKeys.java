package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.template.Template;
import io.github.trawl.evaluation.template.TemplateException;
import io.github.trawl.yaml.KnownKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads typed values of a task file's keys; every error names file and key. */
final class TaskKeys {
  private final String where;
  private final String prefix;
  private final Map<?, ?> map;

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
        throw wrong(unknown, "is not supported; " + KnownKeys.hint(unknown, known));
      }
    }
  }

  boolean has(String key) {
    return map.get(key) != null;
  }

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

  int integer(String key, int absent, int least) {
    Object value = map.containsKey(key) ? map.get(key) : (Object) absent;
    if (value instanceof Integer number && number >= least) {
      return number;
    }
    throw wrong(key, "must be a whole number from " + least);
  }

  /** A map of names to whole numbers; empty if absent. */
  Map<String, Integer> integers(String key, int least) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    if (!has(key)) {
      return numbers;
    }
    if (!(map.get(key) instanceof Map<?, ?> inner)) {
      throw wrong(key, "must be a map of names to whole numbers");
    }
    TaskKeys keys = new TaskKeys(where, prefix + key + ".", inner);
    inner
        .keySet()
        .forEach(
            name ->
                numbers.put(String.valueOf(name), keys.integer(String.valueOf(name), 0, least)));
    return numbers;
  }

  double fraction(String key, double absent) {
    Object value = map.containsKey(key) ? map.get(key) : (Object) absent;
    if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
      return number.doubleValue();
    }
    throw wrong(key, "must be a number from 0 to 1");
  }

  /** A nested map; empty if absent. */
  TaskKeys nested(String key, List<String> known) {
    Object value = map.containsKey(key) ? map.get(key) : Map.of();
    if (!(value instanceof Map<?, ?> inner)) {
      throw wrong(key, "must be a map");
    }
    TaskKeys keys = new TaskKeys(where, prefix + key + ".", inner);
    keys.requireKnown(known);
    return keys;
  }

  /** True or false; false if absent. */
  boolean truth(String key) {
    Object value = map.containsKey(key) ? map.get(key) : (Object) false;
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw wrong(key, "must be true or false");
  }

  /** The keys of a map that is an element of the value of {@code key}. */
  TaskKeys element(String key, Map<?, ?> inner) {
    return new TaskKeys(where, prefix + key + ".", inner);
  }

  /** The elements of a list, or a single text as a list of one. */
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

  /** The elements of a list of texts or numbers, or a single text as a list of one. */
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

  /** A template, or a number or a list of texts and whole numbers as it stands. */
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

  /** The raw value; null if absent. */
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

  /** Refuses any value but {@code only}, which is what an absent key means. */
  void requireOnly(String key, Object only) {
    if (map.containsKey(key) && !only.equals(map.get(key))) {
      throw wrong(key, "can only be " + only);
    }
  }

  TrawlException wrong(String key, String what) {
    return new TrawlException(
        ErrorCategory.USAGE,
        String.format("task file %s: key '%s%s' %s", where, prefix, key, what));
  }
}

package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Operations on values with the meaning that Python and Jinja give them. */
final class Values {
  private static final Set<String> FILTERS =
      Set.of(
          "trim",
          "lower",
          "upper",
          "capitalize",
          "first",
          "last",
          "length",
          "join",
          "replace",
          "string",
          "list",
          "wikitext_detokenize");

  private Values() {}

  static Object field(Map<String, Object> fields, String name) {
    if (!fields.containsKey(name)) {
      throw new TemplateException(
          "no field '" + name + "' among " + String.join(", ", fields.keySet()));
    }
    return fields.get(name);
  }

  /** Renders a value as text. */
  static String text(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value == null) {
      throw noText("a null can't be part of a text");
    }
    if (value instanceof Double number) {
      return PythonText.number(number);
    }
    if (value instanceof String || value instanceof Number) {
      return value.toString();
    }
    throw new TemplateException("a " + type(value) + " can't be part of a text; pick an element");
  }

  static boolean truth(Object value) {
    return !(value == null
        || value.equals(false)
        || value.equals("")
        || (value instanceof Number number && number.doubleValue() == 0)
        || (value instanceof List<?> list && list.isEmpty())
        || (value instanceof Map<?, ?> map && map.isEmpty()));
  }

  static boolean contains(Object whole, Object part) {
    if (whole instanceof String text && part instanceof String piece) {
      return text.contains(piece);
    }
    if (whole instanceof List<?> list) {
      return list.contains(part);
    }
    if (whole instanceof Map<?, ?> map) {
      return map.containsKey(part);
    }
    throw unfit("in", whole);
  }

  static Object sum(Object first, Object second) {
    if (first instanceof String text && second instanceof String more) {
      return text + more;
    }
    if (first instanceof Long number && second instanceof Long more) {
      return Math.addExact(number, more);
    }
    if (first instanceof List<?> list && second instanceof List<?> more) {
      List<Object> both = new ArrayList<>(list);
      both.addAll(more);
      return both;
    }
    throw new TemplateException("can't add a " + type(first) + " and a " + type(second));
  }

  static Object member(Object value, String name) {
    if (value instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    throw new TemplateException("a " + type(value) + " has no member '" + name + "'");
  }

  static Object item(Object value, Object key) {
    if (value instanceof Map<?, ?> && key instanceof String name) {
      return member(value, name);
    }
    if (key instanceof Long index) {
      int size = size(value);
      long at = index < 0 ? index + size : index;
      if (at < 0 || at >= size) {
        throw new TemplateException("index " + index + " of " + size + " elements");
      }
      return value instanceof String text
          ? slice(text, (int) at, (int) at + 1)
          : ((List<?>) value).get((int) at);
    }
    throw unfit("[ ]", value);
  }

  static Object slice(Object value, Object start, Object end) {
    int size = size(value);
    int from = bound(start, 0, size);
    int to = Math.max(from, bound(end, size, size));
    return value instanceof String text
        ? slice(text, from, to)
        : new ArrayList<>(((List<?>) value).subList(from, to));
  }

  static Object method(String name, Object target, List<Object> arguments) {
    if (name.equals("index") && target instanceof List<?> list && arguments.size() == 1) {
      int index = list.indexOf(arguments.get(0));
      if (index < 0) {
        throw new TemplateException("'" + arguments.get(0) + "' is not in the list");
      }
      return (long) index;
    }
    if (name.equals("keys") && target instanceof Map<?, ?> map && arguments.isEmpty()) {
      return new ArrayList<>(map.keySet());
    }
    if (name.equals("values") && target instanceof Map<?, ?> map && arguments.isEmpty()) {
      return new ArrayList<>(map.values());
    }
    if (!(target instanceof String text)) {
      throw unfit("." + name + "()", target);
    }
    Object first = arguments.isEmpty() ? null : arguments.get(0);
    switch (name + "/" + arguments.size()) {
      case "strip/0" -> {
        return PythonText.strip(text);
      }
      case "rstrip/0" -> {
        return PythonText.rstrip(text);
      }
      case "lstrip/0" -> {
        return PythonText.lstrip(text);
      }
      case "lower/0" -> {
        return text.toLowerCase(Locale.ROOT);
      }
      case "upper/0" -> {
        return text.toUpperCase(Locale.ROOT);
      }
      case "split/0" -> {
        return PythonText.split(text);
      }
      case "split/1" -> {
        return Arrays.asList(text.split(Pattern.quote(string(first)), -1));
      }
      case "startswith/1" -> {
        return alternatives(first).stream().anyMatch(text::startsWith);
      }
      case "endswith/1" -> {
        return alternatives(first).stream().anyMatch(text::endsWith);
      }
      case "replace/2" -> {
        return text.replace(string(first), string(arguments.get(1)));
      }
      case "join/1" -> {
        return joined(first, text);
      }
      default ->
          throw new TemplateException(
              "." + name + "() with " + arguments.size() + " arguments is not supported");
    }
  }

  static void requireFilter(String name) {
    if (!FILTERS.contains(name)) {
      throw new TemplateException(
          "filter '"
              + name
              + "' is not one of "
              + FILTERS.stream().sorted().collect(Collectors.joining(", ")));
    }
  }

  static Object filter(String name, Object value, List<Object> arguments) {
    return switch (name) {
      case "trim" -> PythonText.strip(text(value));
      case "lower" -> text(value).toLowerCase(Locale.ROOT);
      case "upper" -> text(value).toUpperCase(Locale.ROOT);
      case "capitalize" -> capitalized(text(value));
      case "first" -> item(value, 0L);
      case "last" -> item(value, -1L);
      case "length" -> value instanceof Map<?, ?> map ? (long) map.size() : (long) size(value);
      case "join" -> joined(value, arguments.isEmpty() ? "" : string(arguments.get(0)));
      case "replace" -> method("replace", text(value), arguments);
      case "string" -> text(value);
      case "list" -> value instanceof Map<?, ?> map ? new ArrayList<>(map.keySet()) : value;
      case "wikitext_detokenize" -> WikitextDetokenizer.detokenize(text(value));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : slice(text, 0, 1).toUpperCase(Locale.ROOT)
            + slice(text, 1, size(text)).toLowerCase(Locale.ROOT);
  }

  private static String joined(Object value, String separator) {
    if (!(value instanceof List<?> list)) {
      throw unfit("join", value);
    }
    return list.stream().map(Values::text).collect(Collectors.joining(separator));
  }

  private static List<String> alternatives(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(Values::string).toList()
        : List.of(string(value));
  }

  private static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new TemplateException("expected a text, found a " + type(value));
  }

  /** Characters are Unicode code points, as in Python. */
  private static int size(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    throw unfit("an index", value);
  }

  private static String slice(String text, int from, int to) {
    int start = text.offsetByCodePoints(0, from);
    return text.substring(start, text.offsetByCodePoints(start, to - from));
  }

  private static int bound(Object value, int absent, int size) {
    if (value == null) {
      return absent;
    }
    if (!(value instanceof Long number)) {
      throw new TemplateException("a slice needs whole numbers, found a " + type(value));
    }
    return (int) Math.max(0, Math.min(size, number < 0 ? number + size : number));
  }

  /** Returns the error for a null in a text. */
  static TemplateException noText(String what) {
    return new TemplateException(
        what + "; give a default, as in {{name or ''}}, or leave such rows out");
  }

  private static TemplateException unfit(String operation, Object value) {
    return new TemplateException(operation + " doesn't fit a " + type(value));
  }

  /** Names the type of a value in messages. */
  static String type(Object value) {
    if (value == null) {
      return "null";
    }
    return value instanceof Map<?, ?>
        ? "map"
        : value instanceof List<?>
            ? "list"
            : value instanceof String
                ? "text"
                : value instanceof Boolean ? "truth value" : "number";
  }
}

package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Basic operations on values, such as truth and members, as Python and Jinja define them. */
final class Values {
  /** Methods of Python's {@code dict}, such as {@code m.get}, which hide a key of the same name. */
  private static final Set<String> MAP_METHODS =
      Set.of(
          "clear",
          "copy",
          "fromkeys",
          "get",
          "items",
          "keys",
          "pop",
          "popitem",
          "setdefault",
          "update",
          "values");

  private Values() {}

  static boolean isTruthy(Object value) {
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return false;
    }
    return !(value == null
        || value.equals(false)
        || value.equals("")
        || (value instanceof Number number && number.doubleValue() == 0)
        || (value instanceof List<?> list && list.isEmpty())
        || (value instanceof Map<?, ?> map && map.isEmpty()));
  }

  /**
   * Returns the elements over which a loop goes: of a text its characters, of a map its keys, of a
   * generator the elements that are left, which it then no longer has.
   */
  static List<Object> elements(Rendering run, Object value) {
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return List.of();
    }
    List<Object> elements = new ArrayList<>();
    if (value instanceof List<?> list) {
      elements.addAll(list);
    } else if (value instanceof Map<?, ?> map) {
      elements.addAll(map.keySet());
    } else if (value instanceof String text) {
      run.countSteps(text.length());
      text.codePoints().forEach(c -> elements.add(Character.toString(c)));
    } else if (value instanceof PythonGenerator generated) {
      elements.addAll(generated.take());
    } else {
      throw new TemplateException("a " + type(value) + " has no elements to go through");
    }
    run.countSteps(elements.size());
    return elements;
  }

  static boolean contains(Rendering run, Object whole, Object part) {
    if (whole instanceof String text && part instanceof String piece) {
      run.countRead(text);
      return text.contains(piece);
    }
    if (whole instanceof Map<?, ?> map) {
      return map.containsKey(key(part));
    }
    if (whole instanceof List<?>
        || whole instanceof PythonGenerator
        || whole instanceof Undefined) {
      return elements(run, whole).stream()
          .anyMatch(each -> Comparison.equalElements(run, each, part));
    }
    throw unfit("in", whole);
  }

  /**
   * Returns {@code key} if it may be a key of a map. Floating-point numbers and truth values are
   * refused, because in Python 1, 1.0 and True are the same key.
   */
  static Object key(Object key) {
    if (key instanceof String || key instanceof Long || key == null) {
      return key;
    }
    throw new TemplateException("a " + type(key) + " can't be a key of a map");
  }

  /** Returns the value of {@code value.name}. */
  static Object member(Rendering run, Object value, String name) {
    if (value instanceof Undefined undefined) {
      throw undefined.useError();
    }
    if (value instanceof Namespace namespace) {
      return namespace.has(name)
          ? namespace.get(name)
          : run.undefined("the namespace has no attribute '" + name + "'");
    }
    if (value instanceof LoopVariable loop) {
      return loop.get(run, name);
    }
    if (value instanceof Map<?, ?> map) {
      if (MAP_METHODS.contains(name)) {
        throw new TemplateException(
            "." + name + " is a method of maps; write ['" + name + "'] for the member");
      }
      if (map.containsKey(name)) {
        return map.get(name);
      }
    }
    if (Methods.known(value, name)) {
      throw new TemplateException("." + name + " is a method; call it");
    }
    return run.undefined("a " + type(value) + " has no member '" + name + "'");
  }

  /** Returns the value of {@code value[key]}. */
  static Object item(Rendering run, Object value, Object key) {
    if (value instanceof Undefined undefined) {
      throw undefined.useError();
    }
    if (key instanceof Undefined undefined) {
      throw undefined.useError();
    }
    if (value instanceof Map<?, ?> map && map.containsKey(key(key))) {
      return map.get(key);
    }
    if (key instanceof Long index && (value instanceof String || value instanceof List<?>)) {
      if (value instanceof String text) {
        run.countRead(text);
      }
      int size = size(value);
      long at = index < 0 ? index + size : index;
      if (at < 0 || at >= size) {
        return run.undefined("index " + index + " of " + size + " elements");
      }
      return value instanceof String text
          ? Slices.of(text, (int) at, (int) at + 1)
          : ((List<?>) value).get((int) at);
    }
    if (key instanceof Boolean) {
      throw new TemplateException("a truth value is no index");
    }
    if (key instanceof String name) {
      return member(run, value, name);
    }
    return run.undefined("a " + type(value) + " has no element " + key);
  }

  /** Returns the number of elements; those of a text are its code points, as in Python. */
  static int size(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return 0;
    }
    throw new TemplateException("a " + type(value) + " has no length");
  }

  /** Returns the error for a null in a text; {@code what} says where it is. */
  static TemplateException nullInText(String what) {
    return new TemplateException(
        what + "; give a default, as in {{name or ''}}, or leave such rows out with doc_filter");
  }

  /** Returns the error for an operation that does not support {@code value}. */
  static TemplateException unfit(String operation, Object value) {
    return value instanceof Undefined undefined
        ? undefined.useError()
        : new TemplateException(operation + " doesn't fit a " + type(value));
  }

  /** Returns the name of a value's type for messages. */
  static String type(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Undefined) {
      return "undefined value";
    }
    if (value instanceof Map<?, ?>) {
      return "map";
    }
    if (value instanceof List<?>) {
      return "list";
    }
    if (value instanceof String) {
      return "text";
    }
    if (value instanceof Boolean) {
      return "truth value";
    }
    if (value instanceof Number) {
      return "number";
    }
    return value instanceof PythonGenerator
        ? "filter's sequence"
        : value instanceof Namespace
            ? "namespace"
            : value instanceof LoopVariable ? "loop" : "function";
  }
}

package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Arguments.Bound;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Evaluates {@code target.name(arguments)}, where the name is a method or a member to call. */
final class Methods {
  private static final Set<String> OF_LISTS = Set.of("index", "count");

  /** Methods that would change a list or map. */
  private static final Set<String> MODIFYING =
      Set.of("append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update");

  private static final Set<String> OF_MAPS = Set.of("items", "keys", "values", "get");

  private Methods() {}

  /** Returns whether a value has a supported method of this name. */
  static boolean known(Object value, String name) {
    return value instanceof String
        ? TextMethods.known(name)
        : value instanceof List<?>
            ? OF_LISTS.contains(name)
            : value instanceof Map<?, ?> && OF_MAPS.contains(name);
  }

  /** Returns the value of {@code target.name(arguments)}. */
  static Object call(Rendering run, String name, Object target, Arguments arguments) {
    run.countStep();
    if (target instanceof Undefined undefined) {
      throw undefined.useError();
    }
    if (target instanceof String text) {
      return TextMethods.call(run, name, text, arguments);
    }
    if (target instanceof LoopVariable loop && name.equals("cycle")) {
      return loop.cycle(arguments);
    }
    if (target instanceof List<?> list && OF_LISTS.contains(name)) {
      return ofList(run, name, list, arguments);
    }
    if (target instanceof Map<?, ?> map && OF_MAPS.contains(name)) {
      return ofMap(run, name, map, arguments);
    }
    if ((target instanceof List<?> || target instanceof Map<?, ?>) && MODIFYING.contains(name)) {
      // transformers renders chats in Jinja's immutable sandbox, which raises an error as well.
      throw new JinjaTemplateException(
          "." + name + "() changes a value, which templates can't; set a new one, as in xs + [x]");
    }
    boolean hasMembers = target instanceof Namespace || target instanceof Map<?, ?>;
    if (hasMembers && Values.member(run, target, name) instanceof CallableValue function) {
      return function.call(run, arguments);
    }
    throw Values.unfit("." + name + "()", target);
  }

  private static Object ofList(Rendering run, String name, List<?> list, Arguments arguments) {
    Object wanted = arguments.bind("." + name + "()", 1, "value").get(0);
    long count = 0;
    for (int i = 0; i < list.size(); i++) {
      if (Comparison.equalElements(run, list.get(i), wanted)) {
        count++;
        if (name.equals("index")) {
          return (long) i;
        }
      }
    }
    if (name.equals("index")) {
      throw new TemplateException("'" + wanted + "' is not in the list");
    }
    return count;
  }

  private static Object ofMap(Rendering run, String name, Map<?, ?> map, Arguments arguments) {
    if (name.equals("get")) {
      Bound bound = arguments.bind(".get()", 1, "key", "default");
      Object key = Values.key(bound.get(0));
      return map.containsKey(key) ? map.get(key) : bound.get(1, null);
    }
    arguments.bind("." + name + "()", 0);
    run.countSteps(map.size());
    return switch (name) {
      case "keys" -> new View(map.keySet());
      case "values" -> new View(map.values());
      default -> items(map);
    };
  }

  /** Returns the pairs of key and value of a map. */
  static View items(Map<?, ?> map) {
    return new View(
        map.entrySet().stream()
            .map(entry -> (Object) new Tuple(Arrays.asList(entry.getKey(), entry.getValue())))
            .toList());
  }
}

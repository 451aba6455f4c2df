package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The filters map, select, reject, selectattr and rejectattr. */
final class SequenceFilters {
  private SequenceFilters() {}

  static PythonGenerator apply(Rendering run, String name, Object value, Arguments arguments) {
    List<Object> results = new ArrayList<>();
    boolean attributes = name.endsWith("attr");
    if (name.equals("map")) {
      for (Object element : Values.elements(run, value)) {
        results.add(mapped(run, element, arguments));
      }
      return new PythonGenerator(results);
    }
    // The arguments are the attribute, if any, then the name of a test, if any, and its arguments.
    int testIndex = attributes ? 1 : 0;
    List<Object> given = arguments.positional();
    if (given.size() < testIndex || !arguments.named().isEmpty()) {
      throw new TemplateException("filter '" + name + "' needs its arguments without names");
    }
    boolean wanted = name.startsWith("select");
    for (Object element : Values.elements(run, value)) {
      Object asked = attributes ? attribute(run, element, given.get(0), null) : element;
      boolean holds =
          given.size() == testIndex
              ? Values.isTruthy(asked)
              : Tests.apply(
                  run,
                  testName(run, given.get(testIndex)),
                  asked,
                  new Arguments(given.subList(testIndex + 1, given.size()), Map.of()));
      if (holds == wanted) {
        results.add(element);
      }
    }
    return new PythonGenerator(results);
  }

  /** Applies {@code map(attribute=…)} or {@code map('filter', …)} to one element. */
  private static Object mapped(Rendering run, Object element, Arguments arguments) {
    Map<String, Object> named = arguments.named();
    if (arguments.positional().isEmpty()) {
      if (!named.containsKey("attribute")
          || !Set.of("attribute", "default").containsAll(named.keySet())) {
        throw new TemplateException("filter 'map' needs a filter's name, or attribute=");
      }
      return attribute(run, element, named.get("attribute"), named.get("default"));
    }
    if (!(arguments.positional().get(0) instanceof String filter)) {
      throw new TemplateException("filter 'map' needs the name of a filter");
    }
    Filters.require(filter, run.dialect());
    List<Object> rest = arguments.positional().subList(1, arguments.positional().size());
    return Filters.apply(run, filter, element, new Arguments(rest, named));
  }

  /**
   * Returns the member at a path such as {@code function.name}, or the element at an index.
   *
   * @param otherwise what replaces an undefined value; null to keep it undefined, also where the
   *     template gives none, as in Jinja
   */
  static Object attribute(Rendering run, Object element, Object path, Object otherwise) {
    Object value = element;
    List<Object> parts = new ArrayList<>();
    if (path instanceof String names) {
      for (String part : names.split("\\.", -1)) {
        parts.add(part.matches("[0-9]{1,9}") ? (Object) Long.valueOf(part) : part);
      }
    } else if (path instanceof Long) {
      parts.add(path);
    } else {
      throw new TemplateException("an attribute is a text or a number, not a " + Values.type(path));
    }
    for (Object part : parts) {
      value = Values.item(run, value, part);
      if (value instanceof Undefined && otherwise != null) {
        value = otherwise;
      }
    }
    return value;
  }

  private static String testName(Rendering run, Object name) {
    if (!(name instanceof String text)) {
      throw new TemplateException("expected the name of a test, found a " + Values.type(name));
    }
    Tests.require(text, run.dialect());
    return text;
  }
}

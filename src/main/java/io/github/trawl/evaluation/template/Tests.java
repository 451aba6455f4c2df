package io.github.trawl.evaluation.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Jinja's tests: what may follow {@code is}. */
final class Tests {
  /** Tests without arguments. */
  private static final Set<String> PLAIN =
      Set.of(
          "boolean",
          "callable",
          "defined",
          "even",
          "false",
          "float",
          "integer",
          "iterable",
          "lower",
          "mapping",
          "none",
          "number",
          "odd",
          "sequence",
          "string",
          "true",
          "undefined",
          "upper");

  /** Tests that compare two values, with the symbols of their comparisons. */
  private static final Map<String, String> COMPARING =
      Map.ofEntries(
          Map.entry("==", "=="),
          Map.entry("eq", "=="),
          Map.entry("equalto", "=="),
          Map.entry("!=", "!="),
          Map.entry("ne", "!="),
          Map.entry("<", "<"),
          Map.entry("lt", "<"),
          Map.entry("lessthan", "<"),
          Map.entry("<=", "<="),
          Map.entry("le", "<="),
          Map.entry(">", ">"),
          Map.entry("gt", ">"),
          Map.entry("greaterthan", ">"),
          Map.entry(">=", ">="),
          Map.entry("ge", ">="));

  private Tests() {}

  /** Refuses a test that does not exist. */
  static void require(String name, Dialect dialect) {
    if (!(PLAIN.contains(name)
        || COMPARING.containsKey(name)
        || List.of("in", "divisibleby").contains(name))) {
      throw new TemplateException(
          "test '"
              + name
              + "' is not one of "
              + PLAIN.stream().sorted().collect(Collectors.joining(", "))
              + ", in, divisibleby, eq and other comparisons");
    }
  }

  static boolean apply(Rendering run, String name, Object value, Arguments arguments) {
    run.countStep();
    String what = "test '" + name + "'";
    if (COMPARING.containsKey(name)) {
      Object other = arguments.bind(what, 1, "other").get(0);
      return Comparison.of(COMPARING.get(name)).test(run, value, other);
    }
    if (name.equals("in")) {
      return Values.contains(run, arguments.bind(what, 1, "seq").get(0), value);
    }
    if (name.equals("divisibleby")) {
      Object number = arguments.bind(what, 1, "num").get(0);
      return Arithmetic.of("%").apply(run, value, number).equals(0L);
    }
    arguments.bind(what, 0);
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "boolean" -> value instanceof Boolean;
      case "string" -> value instanceof String;
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "mapping" -> value instanceof Map<?, ?>;
      // Jinja's undefined values have a method __call__, which only raises an error.
      case "callable" -> value instanceof CallableValue || value instanceof Undefined;
      case "sequence" -> isSequence(value);
      case "iterable" -> isIterable(value);
      case "odd", "even" ->
          Arithmetic.of("%").apply(run, value, 2L).equals(name.equals("odd") ? 1L : 0L);
      case "lower" -> isLower(Printing.text(run, value));
      case "upper" -> isUpper(Printing.text(run, value));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static boolean isSequence(Object value) {
    return value instanceof String
        || (value instanceof List<?> && !(value instanceof View))
        || value instanceof Map<?, ?>
        || (value instanceof Undefined undefined && !undefined.strict());
  }

  private static boolean isIterable(Object value) {
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return true;
    }
    return value instanceof String
        || value instanceof List<?>
        || value instanceof Map<?, ?>
        || value instanceof PythonGenerator
        || value instanceof LoopVariable;
  }

  private static boolean isLower(String text) {
    return text.equals(text.toLowerCase(Locale.ROOT))
        && !text.equals(text.toUpperCase(Locale.ROOT));
  }

  private static boolean isUpper(String text) {
    return text.equals(text.toUpperCase(Locale.ROOT))
        && !text.equals(text.toLowerCase(Locale.ROOT));
  }
}

package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Arguments.Bound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The filters of Jinja that are supported, and those of lm-evaluation-harness and transformers. */
final class Filters {
  private static final Set<String> COMMON =
      Set.of(
          "abs",
          "capitalize",
          "count",
          "d",
          "default",
          "dictsort",
          "first",
          "float",
          "indent",
          "int",
          "items",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "map",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "select",
          "selectattr",
          "string",
          "title",
          "trim",
          "upper");
  private static final Set<String> TASK_ONLY = Set.of("wikitext_detokenize");
  private static final Set<String> CHAT_ONLY = Set.of("tojson");

  /**
   * Filters of Jinja that are not supported. In a chat template they are refused only when they are
   * applied: templates may name them in parts that are not reached, such as those for tools.
   */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "attr",
          "batch",
          "center",
          "e",
          "escape",
          "filesizeformat",
          "forceescape",
          "format",
          "groupby",
          "max",
          "min",
          "pprint",
          "random",
          "round",
          "safe",
          "slice",
          "sort",
          "striptags",
          "sum",
          "truncate",
          "unique",
          "urlencode",
          "urlize",
          "wordcount",
          "wordwrap",
          "xmlattr");

  private Filters() {}

  /**
   * Refuses a filter that does not exist in a dialect.
   *
   * @throws TemplateException if there is no such filter; the message lists the supported ones
   */
  static void require(String name, Dialect dialect) {
    boolean chat = dialect == Dialect.CHAT;
    Set<String> more = chat ? CHAT_ONLY : TASK_ONLY;
    if (!(COMMON.contains(name) || more.contains(name) || (chat && UNSUPPORTED.contains(name)))) {
      throw new TemplateException(
          "filter '"
              + name
              + "' is not one of "
              + Stream.concat(COMMON.stream(), more.stream())
                  .sorted()
                  .collect(Collectors.joining(", ")));
    }
  }

  /**
   * Applies a filter.
   *
   * @param name of the filter
   * @throws TemplateException if it is not supported, or does not fit its value or arguments
   */
  static Object apply(Rendering run, String name, Object value, Arguments arguments) {
    run.countStep();
    String what = "filter '" + name + "'";
    switch (name) {
      case "abs" -> {
        arguments.bind(what, 0);
        return Math.signum(Numbers.of(value, what)) < 0 ? Arithmetic.negative(value) : value;
      }
      case "capitalize" -> {
        arguments.bind(what, 0);
        return TextMethods.capitalized(Printing.text(run, value));
      }
      case "lower", "upper" -> {
        arguments.bind(what, 0);
        return TextMethods.changed(run, name, Printing.text(run, value));
      }
      case "title" -> {
        arguments.bind(what, 0);
        return title(Printing.text(run, value));
      }
      case "trim" -> {
        Bound bound = arguments.bind(what, 0, "chars");
        String text = Printing.text(run, value);
        return bound.get(0, null) == null
            ? PythonText.strip(text)
            : TextMethods.strip(text, bound.text(0));
      }
      case "string" -> {
        arguments.bind(what, 0);
        return Printing.text(run, value);
      }
      case "length", "count" -> {
        arguments.bind(what, 0);
        if (value instanceof String text) {
          run.countRead(text);
        }
        return (long) Values.size(value);
      }
      case "default", "d" -> {
        Bound bound = arguments.bind(what, 0, "default_value", "boolean");
        boolean absent =
            value instanceof Undefined
                || (Values.isTruthy(bound.get(1, false)) && !Values.isTruthy(value));
        return absent ? bound.get(0, "") : value;
      }
      case "first", "last" -> {
        arguments.bind(what, 0);
        return firstOrLast(run, name, value);
      }
      case "join" -> {
        Bound bound = arguments.bind(what, 0, "d", "attribute");
        Object elements = bound.get(1, null) == null ? value : attributes(run, value, bound.get(1));
        return TextMethods.joined(run, elements, bound.has(0) ? bound.text(0) : "", false);
      }
      case "replace" -> {
        Bound bound = arguments.bind(what, 2, "old", "new", "count");
        String text = Printing.text(run, value);
        int most = bound.get(2, null) == null ? -1 : bound.number(2, -1);
        return TextMethods.replaced(run, text, bound.text(0), bound.text(1), most);
      }
      case "list" -> {
        arguments.bind(what, 0);
        return Values.elements(run, value);
      }
      case "items" -> {
        arguments.bind(what, 0);
        return items(value);
      }
      case "dictsort" -> {
        arguments.bind(what, 0);
        return sortedItems(run, value);
      }
      case "reverse" -> {
        arguments.bind(what, 0);
        return value instanceof String text
            ? Slices.of(run, text, null, null, -1L)
            : new PythonGenerator(reversed(Values.elements(run, value)));
      }
      case "int", "float" -> {
        return Numbers.parse(name, value, arguments);
      }
      case "indent" -> {
        if (!(value instanceof String text)) {
          throw Values.unfit(what, value);
        }
        return indented(run, text, arguments);
      }
      case "map", "select", "reject", "selectattr", "rejectattr" -> {
        return SequenceFilters.apply(run, name, value, arguments);
      }
      case "tojson" -> {
        return json(run, value, arguments);
      }
      case "wikitext_detokenize" -> {
        return WikitextDetokenizer.detokenize(Printing.text(run, value));
      }
      default -> throw new TemplateException(what + " is not supported");
    }
  }

  private static List<Object> attributes(Rendering run, Object value, Object attribute) {
    List<Object> found = new ArrayList<>();
    for (Object element : Values.elements(run, value)) {
      found.add(SequenceFilters.attribute(run, element, attribute, null));
    }
    return found;
  }

  /** Applies the filter {@code first} or {@code last}, which is {@code name}. */
  private static Object firstOrLast(Rendering run, String name, Object value) {
    Undefined none = run.undefined("there is no " + name + " item: the value is empty");
    if (value instanceof PythonGenerator generated && name.equals("first")) {
      return generated.takeFirst(none);
    }
    if (value instanceof PythonGenerator) {
      throw Values.unfit("filter 'last'", value);
    }
    List<Object> elements = Values.elements(run, value);
    return elements.isEmpty() ? none : elements.get(name.equals("first") ? 0 : elements.size() - 1);
  }

  private static Object items(Object value) {
    if (value instanceof Undefined) {
      return new PythonGenerator(List.of());
    }
    if (value instanceof Map<?, ?> map) {
      return new PythonGenerator(new ArrayList<>(Methods.items(map)));
    }
    throw Values.unfit("filter 'items'", value);
  }

  /** Returns the items of a map sorted by key, ignoring case. */
  private static List<Object> sortedItems(Rendering run, Object value) {
    if (!(value instanceof Map<?, ?> map)
        || !map.keySet().stream().allMatch(String.class::isInstance)) {
      throw Values.unfit("filter 'dictsort'", value);
    }
    run.countSteps(map.size());
    List<Object> items = new ArrayList<>(Methods.items(map));
    Comparator<Object> byKey =
        (left, right) -> Comparison.order(run, lowerKey(left), lowerKey(right));
    items.sort(byKey);
    return items;
  }

  private static String lowerKey(Object item) {
    return ((String) ((Tuple) item).get(0)).toLowerCase(Locale.ROOT);
  }

  private static List<Object> reversed(List<Object> elements) {
    List<Object> reversed = new ArrayList<>(elements);
    Collections.reverse(reversed);
    return reversed;
  }

  /**
   * Capitalizes each word. A word begins only after white space, a hyphen or an opening bracket,
   * while for the method {@code title} it begins after any character that is not a letter.
   */
  private static String title(String text) {
    StringBuilder titled = new StringBuilder();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || startsWord(text.charAt(i))) {
        titled.append(TextMethods.capitalized(text.substring(start, i)));
        if (i < text.length()) {
          titled.append(text.charAt(i));
        }
        start = i + 1;
      }
    }
    return titled.toString();
  }

  private static boolean startsWord(char c) {
    return PythonText.isSpace(c) || "-({[<".indexOf(c) >= 0;
  }

  private static String indented(Rendering run, String text, Arguments arguments) {
    Bound bound = arguments.bind("filter 'indent'", 0, "width", "first", "blank");
    String indent =
        bound.get(0, 4L) instanceof String given ? given : spaces(run, bound.number(0, 4));
    // Jinja adds the line end, too: so a line end at the end of the text is kept.
    List<String> lines = TextMethods.lines(run, text + "\n");
    run.countCharacters(text.length() + (long) lines.size() * indent.length());
    List<String> indented = new ArrayList<>();
    for (String line : lines) {
      boolean keep =
          indented.isEmpty()
              ? !Values.isTruthy(bound.get(1, false))
              : line.isEmpty() && !Values.isTruthy(bound.get(2, false));
      indented.add(keep ? line : indent + line);
    }
    return String.join("\n", indented);
  }

  private static String spaces(Rendering run, int width) {
    run.countCharacters(Math.max(0, width));
    return " ".repeat(Math.max(0, width));
  }

  private static String json(Rendering run, Object value, Arguments arguments) {
    Bound bound =
        arguments.bind("filter 'tojson'", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    if (bound.get(2, null) != null || Values.isTruthy(bound.get(3, false))) {
      throw new TemplateException("tojson with separators or sort_keys is not supported");
    }
    Object indent = bound.get(1, null);
    return JsonText.of(
        run,
        value,
        Values.isTruthy(bound.get(0, false)),
        indent == null || indent instanceof String
            ? (String) indent
            : spaces(run, bound.number(1, 0)));
  }
}

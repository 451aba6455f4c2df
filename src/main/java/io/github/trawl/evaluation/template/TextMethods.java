package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Arguments.Bound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The methods of texts, those of Python's {@code str}. */
final class TextMethods {
  private static final Set<String> NAMES =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "lower",
          "upper",
          "title",
          "capitalize",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "replace",
          "join",
          "count",
          "find",
          "removeprefix",
          "removesuffix");

  private TextMethods() {}

  static boolean known(String name) {
    return NAMES.contains(name);
  }

  static Object call(Rendering run, String name, String text, Arguments arguments) {
    String what = "." + name + "()";
    run.countRead(text);
    switch (name) {
      case "strip", "lstrip", "rstrip" -> {
        run.countCharacters(text.length());
        return stripped(name, text, arguments.bind(what, 0, "chars"));
      }
      case "lower", "upper", "title", "capitalize", "splitlines" -> {
        arguments.bind(what, 0);
        run.countCharacters(text.length());
        return changed(run, name, text);
      }
      case "split", "rsplit" -> {
        Bound bound = arguments.bind(what, 0, "sep", "maxsplit");
        run.countCharacters(text.length());
        return new ArrayList<Object>(pieces(run, name, text, bound));
      }
      case "startswith" -> {
        return alternatives(arguments.bind(what, 1, "prefix").get(0)).stream()
            .anyMatch(text::startsWith);
      }
      case "endswith" -> {
        return alternatives(arguments.bind(what, 1, "suffix").get(0)).stream()
            .anyMatch(text::endsWith);
      }
      case "replace" -> {
        Bound bound = arguments.bind(what, 2, "old", "new", "count");
        return replaced(run, text, bound.text(0), bound.text(1), bound.number(2, -1));
      }
      case "join" -> {
        return joined(run, arguments.bind(what, 1, "iterable").get(0), text, true);
      }
      case "count" -> {
        String part = arguments.bind(what, 1, "sub").text(0);
        return part.isEmpty() ? Values.size(text) + 1L : (long) occurrences(text, part, -1);
      }
      case "find" -> {
        int at = text.indexOf(arguments.bind(what, 1, "sub").text(0));
        return at < 0 ? -1L : (long) text.codePointCount(0, at);
      }
      case "removeprefix" -> {
        run.countCharacters(text.length());
        String prefix = arguments.bind(what, 1, "prefix").text(0);
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
      }
      case "removesuffix" -> {
        run.countCharacters(text.length());
        String suffix = arguments.bind(what, 1, "suffix").text(0);
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
      }
      default ->
          throw new TemplateException(
              what + " with " + arguments.count() + " arguments is not supported");
    }
  }

  /** Returns the result of a method that takes no arguments; some are filters, too. */
  static Object changed(Rendering run, String name, String text) {
    return switch (name) {
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "title" -> titled(text);
      case "capitalize" -> capitalized(text);
      case "splitlines" -> new ArrayList<Object>(lines(run, text));
      default -> throw new IllegalArgumentException(name);
    };
  }

  static String strip(String text, String characters) {
    return stripEnd(stripStart(text, characters), characters);
  }

  private static Object stripped(String name, String text, Bound bound) {
    if (bound.get(0, null) == null) {
      return switch (name) {
        case "strip" -> PythonText.strip(text);
        case "lstrip" -> PythonText.lstrip(text);
        default -> PythonText.rstrip(text);
      };
    }
    String characters = bound.text(0);
    String start = name.equals("rstrip") ? text : stripStart(text, characters);
    return name.equals("lstrip") ? start : stripEnd(start, characters);
  }

  private static String stripStart(String text, String characters) {
    int start = 0;
    while (start < text.length() && characters.indexOf(text.codePointAt(start)) >= 0) {
      start += Character.charCount(text.codePointAt(start));
    }
    return text.substring(start);
  }

  private static String stripEnd(String text, String characters) {
    int end = text.length();
    while (end > 0 && characters.indexOf(text.codePointBefore(end)) >= 0) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(0, end);
  }

  /** Applies {@code split} or {@code rsplit}; a negative number of splits is no limit. */
  private static List<String> pieces(Rendering run, String name, String text, Bound bound) {
    int most = bound.number(1, -1);
    boolean fromEnd = name.equals("rsplit") && most >= 0;
    if (bound.get(0, null) == null) {
      if (fromEnd) {
        throw new TemplateException(".rsplit() with maxsplit needs a separator");
      }
      return words(run, text, most);
    }
    String separator = bound.text(0);
    if (separator.isEmpty()) {
      throw new TemplateException("." + name + "() needs a separator that is not empty");
    }
    return fromEnd
        ? lastPieces(run, text, separator, most)
        : firstPieces(run, text, separator, most);
  }

  private static List<String> firstPieces(Rendering run, String text, String separator, int most) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && (most < 0 || pieces.size() < most);
        at = text.indexOf(separator, start)) {
      run.countStep();
      pieces.add(text.substring(start, at));
      start = at + separator.length();
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  private static List<String> lastPieces(Rendering run, String text, String separator, int most) {
    List<String> pieces = new ArrayList<>();
    int end = text.length();
    for (int at = text.lastIndexOf(separator);
        at >= 0 && pieces.size() < most;
        at = text.lastIndexOf(separator, end - separator.length())) {
      run.countStep();
      pieces.add(text.substring(at + separator.length(), end));
      end = at;
    }
    pieces.add(text.substring(0, end));
    Collections.reverse(pieces);
    return pieces;
  }

  /** Splits a text at white space, at most {@code most} times if that is not negative. */
  private static List<String> words(Rendering run, String text, int most) {
    run.countSteps(PythonText.wordCount(text));
    List<String> words = PythonText.split(text);
    if (most < 0 || words.size() <= most) {
      return words;
    }
    List<String> pieces = new ArrayList<>(words.subList(0, most));
    int start = 0;
    for (String word : pieces) {
      start = text.indexOf(word, start) + word.length();
    }
    pieces.add(PythonText.lstrip(text.substring(start)));
    return pieces;
  }

  /** Splits a text at line ends, of which Python has more kinds than Java. */
  static List<String> lines(Rendering run, String text) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(c) >= 0) {
        run.countStep();
        lines.add(text.substring(start, i));
        i += text.startsWith("\r\n", i) ? 1 : 0;
        start = i + 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /**
   * Replaces {@code part} by {@code by}.
   *
   * @param most how many occurrences are replaced, from the first; negative for all
   */
  static String replaced(Rendering run, String text, String part, String by, int most) {
    if (part.isEmpty()) {
      throw new TemplateException(".replace() needs a text to replace that is not empty");
    }
    int count = occurrences(text, part, most);
    run.countCharacters(text.length() + (long) count * by.length());
    if (most < 0) {
      return text.replace(part, by);
    }
    StringBuilder replaced = new StringBuilder();
    int start = 0;
    for (int i = 0; i < count; i++) {
      int at = text.indexOf(part, start);
      replaced.append(text, start, at).append(by);
      start = at + part.length();
    }
    return replaced.append(text.substring(start)).toString();
  }

  private static int occurrences(String text, String part, int most) {
    int count = 0;
    for (int at = text.indexOf(part);
        at >= 0 && (most < 0 || count < most);
        at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  /**
   * Joins the elements of {@code value} to one text.
   *
   * @param textsOnly whether elements must be texts, as for the method; the filter prints others
   */
  static String joined(Rendering run, Object value, String separator, boolean textsOnly) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      throw Values.unfit("join", value);
    }
    List<String> pieces = new ArrayList<>();
    long length = 0;
    for (Object element : Values.elements(run, value)) {
      if (textsOnly && !(element instanceof String)) {
        throw Values.unfit(".join()", element);
      }
      pieces.add(Printing.text(run, element));
      length += pieces.get(pieces.size() - 1).length() + separator.length();
    }
    run.countCharacters(length);
    return pieces.stream().collect(Collectors.joining(separator));
  }

  /** Returns the texts of a list, or a single text as a list. */
  private static List<String> alternatives(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(TextMethods::string).toList()
        : List.of(string(value));
  }

  private static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Undefined undefined) {
      throw undefined.useError();
    }
    throw new TemplateException("expected a text, found a " + Values.type(value));
  }

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    return title(first) + text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
  }

  /** Returns the text with a capital at the beginning of each run of letters, else lower case. */
  private static String titled(String text) {
    StringBuilder titled = new StringBuilder();
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      titled.append(inside ? Character.toString(c).toLowerCase(Locale.ROOT) : title(c));
      inside = Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }
    return titled.toString();
  }

  /** Returns a character as a capital at the beginning of a word. */
  private static String title(int c) {
    String character = Character.toString(c);
    String upper = character.toUpperCase(Locale.ROOT);
    if (upper.codePointCount(0, upper.length()) > 1) {
      throw new TemplateException("'" + character + "' has no capital of one character");
    }
    return Character.toString(Character.toTitleCase(c));
  }
}

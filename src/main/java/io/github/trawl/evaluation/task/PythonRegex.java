package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of Python, which matches in Java what Python's module {@code re} matches.
 */
public final class PythonRegex implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final Pattern pattern;

  /**
   * The same, but a match at the beginning of the region that is searched, which is {@code \G}, is
   * not empty.
   */
  private final Pattern advancing;

  private PythonRegex(String source, String translated) {
    this.source = source;
    // Python's . excludes the line feed alone.
    this.pattern = Pattern.compile(translated, Pattern.UNIX_LINES);
    this.advancing = Pattern.compile("(?:" + translated + ")(?!\\G)", Pattern.UNIX_LINES);
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if it is no expression, or one that can't be written in Java's
   *     notation
   */
  static PythonRegex parse(String source) {
    String translated = RegexTranslator.translate(source);
    try {
      return new PythonRegex(source, translated);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("is no regular expression: " + e.getDescription(), e);
    }
  }

  /** Returns the expression in Python's notation. */
  String source() {
    return source;
  }

  /**
   * Returns the text without the matches of the expression: {@code re.sub(source, "", text)}. After
   * an empty match, Python looks for a longer one at the same place, while Java's {@code
   * replaceAll} goes on with the next character.
   */
  String remove(String text) {
    Matcher any = pattern.matcher(text);
    Matcher longer = advancing.matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
    StringBuilder kept = new StringBuilder();
    int at = 0;
    while (at < text.length() && any.find(at)) {
      kept.append(text, at, any.start());
      at = any.end();
      if (any.end() == any.start() && at < text.length()) {
        if (longer.region(at, text.length()).lookingAt()) {
          at = longer.end();
        } else {
          int next = text.offsetByCodePoints(at, 1);
          kept.append(text, at, next);
          at = next;
        }
      }
    }
    return kept.append(text, Math.min(at, text.length()), text.length()).toString();
  }
}

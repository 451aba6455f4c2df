package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Kind;
import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.List;
import java.util.Set;

/** A position in the tokens of a tag, with operations that read the next tokens and advance it. */
class TokenCursor {
  /** The most levels of nested values. */
  private static final int DEEPEST = 50;

  /**
   * Names that can't be variables: keywords, and from {@code self} on names that have a special
   * meaning in Jinja.
   */
  private static final Set<String> RESERVED =
      Set.of(
          "if",
          "else",
          "elif",
          "and",
          "or",
          "not",
          "in",
          "is",
          "for",
          "recursive",
          "self",
          "super",
          "varargs",
          "kwargs",
          "caller");

  private static final Set<String> CONSTANTS =
      Set.of("true", "True", "false", "False", "none", "None");

  private final String source;
  private final List<Token> tokens;
  private int next;
  private int depth;

  /**
   * @param source the template
   * @param tokens the tokens of one of its tags
   */
  TokenCursor(String source, List<Token> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  /** Returns the next token without consuming it. */
  final Token peek() {
    return tokens.get(next);
  }

  /** Returns the token after the next one. The next one must not be the end. */
  final Token peekSecond() {
    return tokens.get(next + 1);
  }

  final Token take() {
    return tokens.get(next++);
  }

  /** Consumes the next token if it is this name or symbol; returns whether it is. */
  final boolean accept(String text) {
    boolean found = peek().is(text);
    next += found ? 1 : 0;
    return found;
  }

  final void expect(String text) {
    if (!accept(text)) {
      throw unexpected();
    }
  }

  final void requireEnd() {
    if (peek().kind() != Kind.END) {
      throw unexpected();
    }
  }

  /** Consumes a name. */
  final String name() {
    if (peek().kind() != Kind.NAME) {
      throw unexpected();
    }
    return take().text();
  }

  /** Consumes the name of a variable that a template may set. */
  final String variable() {
    if (CONSTANTS.contains(peek().text())) {
      throw unexpected();
    }
    return readableName();
  }

  /** Consumes the name of a variable or constant that a template may read. */
  final String readableName() {
    if (RESERVED.contains(peek().text())) {
      throw unexpected();
    }
    return name();
  }

  /** Returns whether a name and an equals sign come next, which begin a named argument. */
  final boolean atNamedArgument() {
    return peek().kind() == Kind.NAME && peekSecond().is("=");
  }

  /** Enters a nested value; {@link #leave} leaves it. */
  final void enter() {
    if (++depth > DEEPEST) {
      throw new TemplateException("nested deeper than " + DEEPEST + " levels");
    }
  }

  final void leave() {
    depth--;
  }

  /** Returns the error for a next token that does not fit. */
  final TemplateException unexpected() {
    Token last = tokens.get(tokens.size() - 1);
    String inside = source.substring(tokens.get(0).at(), last.at());
    return new TemplateException(
            "'" + peek().text() + "' is not supported there in '" + Excerpt.of(inside) + "'")
        .at(Excerpt.place(source, peek().at()));
  }
}

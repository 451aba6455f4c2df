package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Kind;
import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.List;
import java.util.Set;

/** Goes through the tokens of a tag. */
class TokenCursor {
  private static final int DEEPEST = 50;

  /** What can't be a variable here; {@code self} and what follows it mean something in Jinja. */
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
   * @param tokens of a tag in it
   */
  TokenCursor(String source, List<Token> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  /** The next token, which stays the next one. */
  final Token peek() {
    return tokens.get(next);
  }

  /** The token behind the next one; only if the next one is not the end. */
  final Token peekSecond() {
    return tokens.get(next + 1);
  }

  final Token take() {
    return tokens.get(next++);
  }

  /** Takes the next token if it is this name or symbol. */
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

  /** Takes a name. */
  final String name() {
    if (peek().kind() != Kind.NAME) {
      throw unexpected();
    }
    return take().text();
  }

  /** Takes a name that may be set. */
  final String variable() {
    if (CONSTANTS.contains(peek().text())) {
      throw unexpected();
    }
    return readable();
  }

  /** Takes a name that may be read. */
  final String readable() {
    if (RESERVED.contains(peek().text())) {
      throw unexpected();
    }
    return name();
  }

  /** Whether a name and an equals sign come next, which is an argument with its name. */
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

  /** The error for the next token. */
  final TemplateException unexpected() {
    Token last = tokens.get(tokens.size() - 1);
    String inside = source.substring(tokens.get(0).at(), last.at());
    return new TemplateException(
            "'" + peek().text() + "' is not supported there in '" + Excerpt.of(inside) + "'")
        .at(Excerpt.place(source, peek().at()));
  }
}

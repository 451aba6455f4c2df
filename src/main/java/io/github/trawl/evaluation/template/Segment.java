package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.List;

/**
 * A text, the inside of double braces, or that of a statement.
 *
 * @param text of a text; else empty
 * @param tokens of the others; else empty
 * @param at its offset in the template
 */
record Segment(Kind kind, String text, List<Token> tokens, int at) {
  /** Kinds of segments. */
  enum Kind {
    TEXT,
    OUTPUT,
    STATEMENT
  }

  /** Whether it is a statement that begins with this word. */
  boolean is(String word) {
    return kind == Kind.STATEMENT && tokens.get(0).is(word);
  }
}

package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.List;

/**
 * A segment of a template: text, an output in double braces, or a statement.
 *
 * @param text the characters of a text; else empty
 * @param tokens the tokens of an output or a statement; else empty
 * @param at the offset of the segment in the template
 */
record Segment(Kind kind, String text, List<Token> tokens, int at) {
  /** Kinds of segments. */
  enum Kind {
    TEXT,
    OUTPUT,
    STATEMENT
  }

  /** Returns whether the segment is a statement that begins with this word. */
  boolean is(String word) {
    return kind == Kind.STATEMENT && tokens.get(0).is(word);
  }
}

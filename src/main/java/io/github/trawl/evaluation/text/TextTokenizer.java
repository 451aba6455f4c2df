package io.github.trawl.evaluation.text;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Turns text into the token ids of a model and back. Not safe for several threads at a time. */
public interface TextTokenizer extends AutoCloseable {
  /**
   * Returns the tokens of a text, without any limit on their number. Special tokens that the text
   * spells out are recognised.
   *
   * @param specialTokens whether to add the special tokens that the model expects around every text
   */
  int[] encode(String text, boolean specialTokens);

  /** Returns the text of the tokens without special tokens; its white space is left as decoded. */
  String decode(int[] tokens);

  /** Returns the mask token of a masked language model; empty if there is none. */
  OptionalInt maskToken();

  /** Returns the text that is encoded as the mask token; empty if there is none. */
  String maskText();

  /**
   * Returns the token that stands before a text without context: the one that begins a text, else
   * the one that ends it, as in lm-evaluation-harness; empty if there is neither.
   */
  OptionalInt prefixToken();

  /** Returns the token that begins a text, if the tokenizer has one. */
  OptionalInt beginToken();

  /** Returns the text of one token, which may be a special one. */
  String tokenText(int token);

  /** Returns the tokens that end a generation. */
  Set<Integer> endTokens();

  /** Returns the text of the token that ends a text; empty if there is none. */
  Optional<String> endText();

  /**
   * Returns the tokens that end a generation which also ends at some texts: {@link #endTokens}, and
   * special tokens that hold one of {@code texts} or of {@link #endText}. As in
   * lm-evaluation-harness, these end a generation although {@link #decode} leaves them out.
   */
  Set<Integer> stopTokens(List<String> texts);

  @Override
  void close();
}

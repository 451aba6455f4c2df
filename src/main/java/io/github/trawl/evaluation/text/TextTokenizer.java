package io.github.trawl.evaluation.text;

import java.util.OptionalInt;
import java.util.Set;

/** Turns text into the token ids of a model and back. It is used by one thread at a time. */
public interface TextTokenizer extends AutoCloseable {
  /**
   * The tokens of a text, however many; special tokens that the text spells out are recognised.
   *
   * @param specialTokens whether to add those that the model expects around every text
   */
  int[] encode(String text, boolean specialTokens);

  /** The text of the tokens, without special tokens and without any tidying of spaces. */
  String decode(int[] tokens);

  /** The mask of a masked language model. */
  OptionalInt maskToken();

  /** How the mask is spelt in a text. */
  String maskText();

  /**
   * The token before a text that has no context: the tokenizer's begin of a sequence, else its end,
   * as in lm-evaluation-harness.
   */
  OptionalInt prefixToken();

  /** The token that begins a text, if the tokenizer has one. */
  OptionalInt beginToken();

  /** How a token is spelt, a special one, too. */
  String spelling(int token);

  /** The tokens that end a generation. */
  Set<Integer> endTokens();

  @Override
  void close();
}

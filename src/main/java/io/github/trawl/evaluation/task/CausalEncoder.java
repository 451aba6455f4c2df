package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.text.TextTokenizer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Encodes prompts for causal models as lm-evaluation-harness does: a context that is too long loses
 * its beginning; an answer that is too long is an error.
 */
final class CausalEncoder {
  private final String task;
  private final TextTokenizer tokenizer;
  private final int contextLength;

  CausalEncoder(String task, TextTokenizer tokenizer, int contextLength) {
    this.task = task;
    this.tokenizer = tokenizer;
    this.contextLength = contextLength;
  }

  /**
   * The tokens of a context and its continuation.
   *
   * @param continuationLength the number of tokens, at the end, that are the continuation
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
  record Pair(int[] tokens, int continuationLength) {
    int[] continuationTokens() {
      return Arrays.copyOfRange(tokens, tokens.length - continuationLength, tokens.length);
    }
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  int contextLength() {
    return contextLength;
  }

  /**
   * Encodes context and continuation as one text, so that the tokens at their boundary are those
   * that the model expects. White space at the end of the context belongs to the continuation.
   *
   * @throws TrawlException if the context is white space alone, or the continuation adds no token
   *     or exceeds the model's context length
   */
  Pair pair(Example example, String context, String continuation) {
    if (context.isEmpty()) {
      return withoutContext(example, continuation);
    }
    int[] whole = encode(context + continuation);
    int[] before = encode(PythonText.rstrip(context));
    if (before.length == 0) {
      throw problem(
          example,
          "the context is white space alone, of which nothing is left before the answer; leave it"
              + " empty or write a text");
    }
    return checked(example, new Pair(whole, whole.length - before.length));
  }

  /**
   * Returns the tokens of a text, with the special tokens that the model expects around it; without
   * them if the text itself starts with the {@linkplain TextTokenizer#prefixToken prefix token}.
   */
  int[] encode(String text) {
    return tokenizer.encode(text, !begins(text, tokenizer.prefixToken()));
  }

  private boolean begins(String text, OptionalInt token) {
    return token.isPresent() && text.startsWith(tokenizer.tokenText(token.getAsInt()));
  }

  /** Returns the request for the probability of each token of the continuation. */
  ScoreRequest request(Pair pair) {
    int[] input = input(pair);
    int first = input.length - pair.continuationLength;
    return new ScoreRequest(
        input, IntStream.range(first, input.length).toArray(), pair.continuationTokens());
  }

  /**
   * Returns all tokens but the last one, without the first ones if they exceed the model's context.
   */
  int[] input(Pair pair) {
    int length = pair.tokens.length - 1;
    return Arrays.copyOfRange(pair.tokens, Math.max(0, length - contextLength), length);
  }

  /** Returns the last tokens of a prompt such that {@code newTokens} more fit the context. */
  int[] prompt(Example example, int newTokens) {
    int room = contextLength - newTokens;
    if (room < 1) {
      throw problem(
          example,
          "%d new tokens leave no room for the prompt in the model's context of %d tokens; give a lower generation_kwargs.max_gen_toks"
              .formatted(newTokens, contextLength));
    }
    // For generations, the harness only looks whether the text starts with the begin token, not
    // with the prefix token, which may be the end token.
    int[] tokens =
        tokenizer.encode(example.context(), !begins(example.context(), tokenizer.beginToken()));
    if (tokens.length == 0) {
      tokens = new int[] {prefixToken(example)};
    }
    return tokens.length <= room
        ? tokens
        : Arrays.copyOfRange(tokens, tokens.length - room, tokens.length);
  }

  /** Returns the token that stands before a text without context. */
  int prefixToken(Example example) {
    return tokenizer
        .prefixToken()
        .orElseThrow(
            () ->
                problem(
                    example,
                    "has no context and the tokenizer no token that begins or ends a text; add"
                        + " bos_token to tokenizer_config.json"));
  }

  TrawlException problem(Example example, String what) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT, "task " + task + ", " + example.place() + ": " + what);
  }

  private Pair withoutContext(Example example, String continuation) {
    int[] tokens = tokenizer.encode(continuation, false);
    if (tokens.length > 0 && tokens[0] == prefixToken(example)) { // The text has it already.
      return checked(example, new Pair(tokens, tokens.length - 1));
    }
    return checked(
        example,
        new Pair(
            IntStream.concat(IntStream.of(prefixToken(example)), Arrays.stream(tokens)).toArray(),
            tokens.length));
  }

  private Pair checked(Example example, Pair pair) {
    if (pair.continuationLength < 1) {
      throw problem(example, "the answer adds no token to its context; check doc_to_target");
    }
    if (pair.continuationLength > contextLength) {
      throw tooLong(example, "an answer of " + pair.continuationLength + " tokens doesn't fit");
    }
    return pair;
  }

  private TrawlException tooLong(Example example, String what) {
    return problem(
        example,
        what
            + " the model's context of "
            + contextLength
            + " tokens; choose another model or drop the example");
  }
}

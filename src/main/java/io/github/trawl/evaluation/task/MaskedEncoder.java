package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Encodes prompts with masks for masked models. */
final class MaskedEncoder {
  /** The text of a mask in templates, whatever the text of the tokenizer's mask token is. */
  static final String MASK = "[MASK]";

  private final String task;
  private final TextTokenizer tokenizer;
  private final int contextLength;
  private final int mask;

  MaskedEncoder(String task, TextTokenizer tokenizer, int contextLength) {
    this.task = task;
    this.tokenizer = tokenizer;
    this.contextLength = contextLength;
    this.mask =
        tokenizer
            .maskToken()
            .orElseThrow(
                () ->
                    new TrawlException(
                        ErrorCategory.BAD_INPUT,
                        "task "
                            + task
                            + ": the tokenizer of the masked model has no mask token; add"
                            + " mask_token to tokenizer_config.json"));
    if (Arrays.stream(tokenizer.encode(tokenizer.maskText(), false)).noneMatch(id -> id == mask)) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "task "
              + task
              + ": the tokenizer of the masked model takes the text of its mask token apart; remove"
              + " split_special_tokens from tokenizer_config.json");
    }
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Returns the request for the likeliest tokens at the masks of the prompt. Its targets are mask
   * tokens, because a request needs some; their scores are not used.
   */
  ScoreRequest fill(Example example) {
    int[] tokens = tokenizer.encode(withMaskText(example.masked(), tokenizer.maskText()), true);
    int[] masks = IntStream.range(0, tokens.length).filter(i -> tokens[i] == mask).toArray();
    int[] targets = new int[masks.length];
    Arrays.fill(targets, mask);
    return checked(example, new ScoreRequest(tokens, masks, targets));
  }

  /**
   * Returns the request for the probability of the answer in place of the prompt's masks, with one
   * mask for each token of the answer.
   */
  ScoreRequest answer(Example example, String answer) {
    String before = example.masked().substring(0, example.masked().indexOf(MASK));
    String after = example.masked().substring(example.masked().lastIndexOf(MASK) + MASK.length());
    int[] single = tokenizer.encode(before + tokenizer.maskText() + after, true);
    int place =
        IntStream.range(0, single.length).filter(i -> single[i] == mask).findFirst().orElseThrow();
    int[] targets =
        answerTokens(single, place, tokenizer.encode(before + answer + after, true), answer);
    if (targets.length == 0) {
      throw problem(example, "the answer '" + answer + "' has no token; check doc_to_target");
    }
    int[] tokens = new int[single.length - 1 + targets.length];
    System.arraycopy(single, 0, tokens, 0, place);
    Arrays.fill(tokens, place, place + targets.length, mask);
    System.arraycopy(single, place + 1, tokens, place + targets.length, single.length - place - 1);
    return checked(
        example,
        new ScoreRequest(
            tokens, IntStream.range(place, place + targets.length).toArray(), targets));
  }

  /**
   * Returns LASER's request for the probability of the answer: prompt and answer, with the answer's
   * tokens masked, without the special tokens that the model expects around a text.
   */
  ScoreRequest laserAnswer(Example example, String delimiter, String answer) {
    int[] tokens = tokenizer.encode(example.context() + delimiter + answer, false);
    int[] prompt = tokenizer.encode(example.context(), false);
    int[] rest = Arrays.copyOfRange(tokens, Math.min(prompt.length, tokens.length), tokens.length);
    if (rest.length == 0) {
      // Without a token its sum would be 0, more than that of any other choice.
      throw problem(
          example,
          "the answer '"
              + answer
              + "' adds no token to its context, so LASER's metrics can't be computed; drop the"
              + " example, or leave these metrics out of metric_list");
    }
    int answerLength = LaserAnswer.tokenCount(rest, answer, tokenizer);
    int first = tokens.length - answerLength;
    int[] targets = Arrays.copyOfRange(tokens, first, tokens.length);
    Arrays.fill(tokens, first, tokens.length, mask);
    return fitting(
        example,
        new ScoreRequest(tokens, IntStream.range(first, tokens.length).toArray(), targets),
        "choose another model, drop the example, or leave LASER's metrics out of metric_list");
  }

  /**
   * Returns the tokens of the answer within its text. If the answer changes the tokens around it,
   * returns the tokens of the answer encoded alone.
   *
   * @param masked the tokens of the text with a single mask in place of the answer
   * @param place the index of that mask
   * @param whole the tokens of the text with the answer
   */
  private int[] answerTokens(int[] masked, int place, int[] whole, String answer) {
    int after = masked.length - place - 1;
    int length = whole.length - place - after;
    boolean same =
        length > 0
            && Arrays.equals(masked, 0, place, whole, 0, place)
            && Arrays.equals(masked, place + 1, masked.length, whole, place + length, whole.length);
    return same
        ? Arrays.copyOfRange(whole, place, place + length)
        : tokenizer.encode(answer, false);
  }

  private static String withMaskText(String prompt, String maskText) {
    List<String> pieces = new ArrayList<>(Arrays.asList(prompt.split("\\[MASK\\]", -1)));
    return String.join(maskText, pieces);
  }

  private ScoreRequest checked(Example example, ScoreRequest request) {
    if (request.positions().length == 0) {
      throw problem(example, "the prompt has no mask; check masked.doc_to_text");
    }
    return fitting(example, request, "choose another model or drop the example");
  }

  private ScoreRequest fitting(Example example, ScoreRequest request, String remedy) {
    if (request.tokens().length > contextLength) {
      throw problem(
          example,
          String.format(
              "%d tokens don't fit the model's context of %d; %s",
              request.tokens().length, contextLength, remedy));
    }
    return request;
  }

  private TrawlException problem(Example example, String what) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT, "task " + task + ", " + example.place() + ": " + what);
  }
}

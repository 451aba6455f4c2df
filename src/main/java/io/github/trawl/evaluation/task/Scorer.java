package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.ModelKind;
import io.github.trawl.evaluation.model.TokenScores;
import io.github.trawl.evaluation.text.TextTokenizer;
import java.util.List;
import java.util.Optional;

/** Turns examples into questions to a model, and the model's scores into results. */
public interface Scorer {
  /**
   * Returns what to ask the model for an example.
   *
   * @throws TrawlException if the answer doesn't fit the context of the model
   */
  ExampleQuestions questions(Example example);

  /**
   * Returns the result of an example.
   *
   * @param scores one for each request of {@code questions}, in their order
   * @param continuation the generated tokens, if {@code questions} has a prompt
   */
  ExampleResult result(
      Example example,
      ExampleQuestions questions,
      List<TokenScores> scores,
      Optional<int[]> continuation);

  /**
   * Returns the scorer of a task for a model.
   *
   * @param contextLength the most tokens that the model takes
   * @throws TrawlException if that kind of model can't answer that task
   */
  static Scorer of(
      ScoringOptions options, ModelKind kind, TextTokenizer tokenizer, int contextLength) {
    if (kind == ModelKind.CAUSAL) {
      CausalEncoder encoder = new CausalEncoder(options.task(), tokenizer, contextLength);
      return switch (options.outputType()) {
        case GENERATE -> new GenerationScorer(options, encoder);
        case CHOICE -> new ChoiceScorer(options, encoder);
        case LOGLIKELIHOOD -> new LikelihoodScorer(encoder);
        case PERPLEXITY -> new PerplexityScorer(encoder);
        case MASK_FILL -> throw wrongKind(options, "masked");
      };
    }
    if (options.shots() > 0) {
      throw unfit(
          options,
          "%d examples before each question (num_fewshot)".formatted(options.shots()),
          "leave them out");
    }
    if (options.wants(Metric.EXACT_MATCH)) {
      throw unfit(options, "exact_match", "put accuracy in its place in metric_list");
    }
    MaskedEncoder encoder = new MaskedEncoder(options.task(), tokenizer, contextLength);
    return switch (options.outputType()) {
      case GENERATE, MASK_FILL -> new MaskFillScorer(options, encoder);
      case CHOICE -> new MaskedChoiceScorer(options, encoder);
      case LOGLIKELIHOOD, PERPLEXITY -> throw wrongKind(options, "causal");
    };
  }

  private static TrawlException wrongKind(ScoringOptions options, String needed) {
    return new TrawlException(
        ErrorCategory.USAGE,
        String.format(
            "task %s (%s) needs a %s language model; choose another task or model",
            options.task(), options.outputType().label(), needed));
  }

  private static TrawlException unfit(ScoringOptions options, String what, String instead) {
    return new TrawlException(
        ErrorCategory.USAGE,
        String.format(
            "task %s has %s, for which a causal language model is needed; choose another model, or %s",
            options.task(), what, instead));
  }
}

package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * All that a task asks a model, as flat lists of requests and prompts, which can be divided into
 * any batches. The same questions serve every edit of the model.
 */
public final class TaskQuestions {
  private final Scorer scorer;
  private final List<Example> examples;
  private final List<ExampleQuestions> questions;
  private final List<ScoreRequest> requests = new ArrayList<>();
  private final List<int[]> prompts = new ArrayList<>();

  private TaskQuestions(Scorer scorer, List<Example> examples, List<ExampleQuestions> questions) {
    this.scorer = scorer;
    this.examples = List.copyOf(examples);
    this.questions = List.copyOf(questions);
    for (ExampleQuestions asked : questions) {
      requests.addAll(asked.requests());
      asked.prompt().ifPresent(prompts::add);
    }
  }

  /**
   * Returns the questions that {@code scorer} asks about the examples.
   *
   * @throws io.github.trawl.TrawlException if an example doesn't fit the context of the model
   */
  public static TaskQuestions of(Scorer scorer, List<Example> examples) {
    return new TaskQuestions(scorer, examples, examples.stream().map(scorer::questions).toList());
  }

  /**
   * Returns the questions of some of the examples.
   *
   * @param indices the indices of these examples in {@link #examples}, in their new order
   */
  public TaskQuestions subset(int... indices) {
    return new TaskQuestions(
        scorer,
        Arrays.stream(indices).mapToObj(examples::get).toList(),
        Arrays.stream(indices).mapToObj(questions::get).toList());
  }

  /** Returns the examples that the questions are about. */
  public List<Example> examples() {
    return examples;
  }

  /** Returns the questions of each example, in the order of the examples. */
  List<ExampleQuestions> questions() {
    return questions;
  }

  /** Returns the number of tokens of all requests and prompts. */
  public long tokens() {
    return requests.stream().mapToLong(request -> request.tokens().length).sum()
        + prompts.stream().mapToLong(prompt -> prompt.length).sum();
  }

  /** Returns the requests to score. */
  public List<ScoreRequest> requests() {
    return List.copyOf(requests);
  }

  /** Returns the prompts to continue; empty if the task doesn't generate. */
  public List<int[]> prompts() {
    return List.copyOf(prompts);
  }

  /**
   * Returns the results, in the order of the examples.
   *
   * @param scores one for each request, in their order
   * @param continuations one for each prompt, in their order
   */
  public List<ExampleResult> results(List<TokenScores> scores, List<int[]> continuations) {
    if (scores.size() != requests.size() || continuations.size() != prompts.size()) {
      throw new IllegalArgumentException(
          String.format(
              "%d scores of %d requests, %d continuations of %d prompts",
              scores.size(), requests.size(), continuations.size(), prompts.size()));
    }
    List<ExampleResult> results = new ArrayList<>();
    int score = 0;
    int continuation = 0;
    for (int i = 0; i < examples.size(); i++) {
      ExampleQuestions asked = questions.get(i);
      int end = score + asked.requests().size();
      Optional<int[]> continued =
          asked.prompt().isPresent()
              ? Optional.of(continuations.get(continuation++))
              : Optional.empty();
      results.add(scorer.result(examples.get(i), asked, scores.subList(score, end), continued));
      score = end;
    }
    return results;
  }
}

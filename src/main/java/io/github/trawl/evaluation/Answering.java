package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.TokenScores;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.TaskQuestions;
import io.github.trawl.spark.RunMetrics;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the candidates of one call have answered so far. A candidate is handed over, and what it
 * answered is forgotten, as soon as it has answered all questions or has failed.
 */
final class Answering {
  private final TaskQuestions questions;
  private final int[] order;
  private final Object turn;
  private final CandidateSink sink;
  private final Map<String, Answers> open = new HashMap<>();
  private long answeredTokens;

  /** The answers of a candidate that has not given all. */
  private static final class Answers {
    private final Candidate candidate;
    private final TokenScores[] scores;
    private final int[][] continuations;
    private int missing;

    Answers(Candidate candidate, int requests, int prompts) {
      this.candidate = candidate;
      this.scores = new TokenScores[requests];
      this.continuations = new int[prompts][];
      this.missing = requests + prompts;
    }
  }

  /**
   * @param questions of the examples of the call
   * @param order the place among them of each example, in the order in which they were asked for
   * @param turn held while results are made: the tokenizer serves one thread at a time
   */
  Answering(
      TaskQuestions questions,
      int[] order,
      List<Candidate> candidates,
      Object turn,
      CandidateSink sink) {
    this.questions = questions;
    this.order = order;
    this.turn = turn;
    this.sink = sink;
    for (Candidate candidate : candidates) {
      Answers answers =
          new Answers(candidate, questions.requests().size(), questions.prompts().size());
      if (open.put(candidate.name(), answers) != null) {
        throw new IllegalArgumentException("two candidates are named " + candidate.name());
      }
    }
  }

  /** Whether more is expected of a candidate. */
  boolean isOpen(Candidate candidate) {
    return open.containsKey(candidate.name());
  }

  /** Hands over the candidates of a call without questions. */
  void handOverAll() {
    List.copyOf(open.values()).forEach(this::handOver);
  }

  /** Takes scores of the requests with these numbers. */
  void scores(Candidate candidate, int[] requests, Reply<TokenScores> reply) {
    take(candidate, requests, reply, (answers, index, score) -> answers.scores[index] = score);
  }

  /** Takes continuations of the prompts with these numbers. */
  void continuations(Candidate candidate, int[] prompts, Reply<int[]> reply) {
    take(
        candidate,
        prompts,
        reply,
        (answers, index, continuation) -> answers.continuations[index] = continuation);
  }

  /** Tokens of the questions and answers of all candidates that were handed over as complete. */
  long answeredTokens() {
    return answeredTokens;
  }

  private interface Place<A> {
    void put(Answers answers, int index, A answer);
  }

  private <A extends Serializable> void take(
      Candidate candidate, int[] indices, Reply<A> reply, Place<A> place) {
    Answers answers = open.get(candidate.name());
    if (answers == null) {
      return; // It has failed before.
    }
    if (reply.failure() != null) {
      open.remove(candidate.name());
      sink.failed(candidate, reply.failure());
      return;
    }
    for (int i = 0; i < indices.length; i++) {
      place.put(answers, indices[i], reply.answers().get(i));
    }
    answers.missing -= indices.length;
    if (answers.missing == 0) {
      handOver(answers);
    }
  }

  private void handOver(Answers answers) {
    open.remove(answers.candidate.name());
    List<ExampleResult> results;
    synchronized (turn) {
      results =
          questions.results(Arrays.asList(answers.scores), Arrays.asList(answers.continuations));
    }
    List<ExampleResult> ordered = new ArrayList<>();
    for (int place : order) {
      ordered.add(results.get(place));
    }
    answeredTokens +=
        questions.tokens()
            + Arrays.stream(answers.continuations).mapToLong(each -> each.length).sum();
    RunMetrics.get().answered(ordered.size());
    sink.answered(answers.candidate, ordered);
  }
}

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
 * Collects the answers of the candidates of one call of {@link EvaluationSession#ask}. As soon as a
 * candidate has answered all questions or has failed, it is passed to the {@link CandidateSink} and
 * its answers are dropped.
 */
final class AnswerCollector {
  private final TaskQuestions questions;
  private final int[] order;
  private final Object tokenizerLock;
  private final CandidateSink sink;
  private final Map<String, Answers> open = new HashMap<>();
  private long answeredTokens;

  /** The answers of a candidate that has not answered all questions yet. */
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
   * @param questions the questions about the examples of the call
   * @param order for each example in the caller's order, its index among the examples of {@code
   *     questions}
   * @param tokenizerLock the lock that is held while results are made from answers, since the
   *     tokenizer serves one thread at a time
   * @param sink takes the results of each candidate
   * @throws IllegalArgumentException if two candidates have the same name
   */
  AnswerCollector(
      TaskQuestions questions,
      int[] order,
      List<Candidate> candidates,
      Object tokenizerLock,
      CandidateSink sink) {
    this.questions = questions;
    this.order = order;
    this.tokenizerLock = tokenizerLock;
    this.sink = sink;
    for (Candidate candidate : candidates) {
      Answers answers =
          new Answers(candidate, questions.requests().size(), questions.prompts().size());
      if (open.put(candidate.name(), answers) != null) {
        throw new IllegalArgumentException("two candidates are named " + candidate.name());
      }
    }
  }

  /** Returns whether a candidate has neither answered all questions nor failed. */
  boolean isOpen(Candidate candidate) {
    return open.containsKey(candidate.name());
  }

  /**
   * Passes all candidates to the sink, without any results. Needed for a call without examples, in
   * which no reply would do so.
   */
  void handOverAll() {
    List.copyOf(open.values()).forEach(this::handOver);
  }

  /**
   * Takes a candidate's scores, or its failure.
   *
   * @param requests the indices in {@link TaskQuestions#requests} of the requests that were scored
   */
  void scores(Candidate candidate, int[] requests, Reply<TokenScores> reply) {
    take(candidate, requests, reply, (answers, index, score) -> answers.scores[index] = score);
  }

  /**
   * Takes a candidate's continuations, or its failure.
   *
   * @param prompts the indices in {@link TaskQuestions#prompts} of the prompts that were continued
   */
  void continuations(Candidate candidate, int[] prompts, Reply<int[]> reply) {
    take(
        candidate,
        prompts,
        reply,
        (answers, index, continuation) -> answers.continuations[index] = continuation);
  }

  /**
   * Returns the number of tokens in the questions and continuations of all candidates that have
   * answered all questions so far.
   */
  long answeredTokens() {
    return answeredTokens;
  }

  private interface AnswerSetter<A> {
    void set(Answers answers, int index, A answer);
  }

  private <A extends Serializable> void take(
      Candidate candidate, int[] indices, Reply<A> reply, AnswerSetter<A> setter) {
    Answers answers = open.get(candidate.name());
    if (answers == null) {
      return; // The candidate failed in an earlier reply.
    }
    if (reply.failure() != null) {
      open.remove(candidate.name());
      sink.failed(candidate, reply.failure());
      return;
    }
    for (int i = 0; i < indices.length; i++) {
      setter.set(answers, indices[i], reply.answers().get(i));
    }
    answers.missing -= indices.length;
    if (answers.missing == 0) {
      handOver(answers);
    }
  }

  private void handOver(Answers answers) {
    open.remove(answers.candidate.name());
    List<ExampleResult> results;
    synchronized (tokenizerLock) {
      results =
          questions.results(Arrays.asList(answers.scores), Arrays.asList(answers.continuations));
    }
    List<ExampleResult> ordered = new ArrayList<>();
    for (int index : order) {
      ordered.add(results.get(index));
    }
    answeredTokens +=
        questions.tokens()
            + Arrays.stream(answers.continuations).mapToLong(each -> each.length).sum();
    RunMetrics.get().answered(ordered.size());
    sink.answered(answers.candidate, ordered);
  }
}

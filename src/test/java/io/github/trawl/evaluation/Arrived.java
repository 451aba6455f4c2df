package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.task.ExampleResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;

/** What arrives of a call, by the name of the candidate. */
class Arrived implements CandidateSink {
  final Map<String, List<ExampleResult>> results = new TreeMap<>();
  final Map<String, TrawlException> failures = new TreeMap<>();

  /** Asks the first task of a session. */
  static Arrived of(
      JavaSparkContext spark,
      EvaluationSession session,
      int[] examples,
      List<Candidate> candidates) {
    Arrived arrived = new Arrived();
    session.ask(
        spark, Progress.NONE, "call", session.tasks().get(0), examples, candidates, arrived);
    return arrived;
  }

  @Override
  public void answered(Candidate candidate, List<ExampleResult> own) {
    assertThat(results.put(candidate.name(), own)).isNull();
  }

  @Override
  public void failed(Candidate candidate, TrawlException failure) {
    assertThat(failures.put(candidate.name(), failure)).isNull();
  }
}

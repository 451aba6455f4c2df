package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.Progress;
import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.NumberType;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QuestionDispatcherTest {
  /** Later jobs of the thread would have the name of the one whose questions could not be sent. */
  @Test
  void questionsThatCannotBeSentLeaveTheThreadItsDescription() {
    try (JavaSparkContext spark = SmallJobs.spark()) {
      spark.setJobDescription("before");
      ExecutionSettings execution =
          new ExecutionSettings(
              "test",
              new ModelSource("model", NumberType.FLOAT32, false, List.of()),
              EvaluationSession.LOADER,
              0,
              0,
              1,
              DeviceChoice.CPU,
              1 << 20,
              null);
      QuestionDispatcher dispatcher =
          new QuestionDispatcher(
              spark, execution, 4, Progress.NONE, new SlowProcessors(NumberType.FLOAT32));
      assertThatThrownBy(
              () ->
                  dispatcher.ask(
                      "questions",
                      List.of("question"),
                      question -> 1,
                      List.of(Candidate.UNMODIFIED),
                      new StuckRunner(),
                      (candidate, questions, reply) -> {}))
          .hasStackTraceContaining("broadcast");
      assertThat(spark.getLocalProperty("spark.job.description")).isEqualTo("before");
    }
  }

  /** Can't be sent. */
  private static final class StuckRunner implements WorkUnit.Runner<String, String> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings({"serial", "unused"})
    private final Thread here = Thread.currentThread();

    @Override
    public BatchState start(LanguageModel model, List<String> questions) {
      throw new AssertionError();
    }

    @Override
    public List<List<String>> finish(
        LanguageModel model, List<BatchState> batches, boolean streamed) {
      throw new AssertionError();
    }

    @Override
    public long bytesToFinish(BatchState batch) {
      throw new AssertionError();
    }

    @Override
    public boolean isOnePass() {
      return true;
    }
  }
}

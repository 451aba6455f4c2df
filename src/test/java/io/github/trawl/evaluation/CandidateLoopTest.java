package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.model.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Candidates that change nothing continue batches of four prompts; the model has two layers. */
class CandidateLoopTest {
  private static final GenerationRunner RUNNER = new GenerationRunner(5, Set.of());

  /**
   * Numbers that a batch holds where the candidates begin, at the last map of the last layer: keys
   * and values of both layers, and of the last tokens the state of 32 and 48 activated features.
   */
  private static final long NUMBERS = 2 * 4 * 9 * (2 * 2 * 8) + 4 * (32 + 48);

  /** And at the input of the last layer: states of all tokens, keys and values of one layer. */
  private static final long NUMBERS_BEFORE = 4 * 9 * (32 + 2 * 2 * 8);

  /**
   * Numbers that a batch takes while it is finished: the state of a pass, and keys and values of 9
   * prompt tokens, 5 more and room for 16.
   */
  private static final long NUMBERS_TO_FINISH = 4 * 9 * 32 + 2 * 4 * (9 + 5 + 16) * (2 * 2 * 8);

  @TempDir private Path folder;
  private final AtomicLong runs = new AtomicLong();
  private final List<String> events = new ArrayList<>();

  /**
   * A batch that fits neither where the candidates begin nor at the input of the last layer runs
   * both layers for each candidate, as it does for a candidate that is alone.
   */
  @ParameterizedTest
  @CsvSource({
    "3, " + NUMBERS + ", 4",
    "3, " + NUMBERS_BEFORE + ", 4",
    "3, " + (NUMBERS_BEFORE - 1) + ", 6",
    "1, " + NUMBERS + ", 2"
  })
  void runsOnceWhatFitsTheMemory(int candidates, long numbers, int runsOfABatch)
      throws IOException {
    List<Batch<int[]>> batches = batches(2);
    try (LanguageModel model = open()) {
      List<List<int[]>> answers = ask(model, candidates, settings(model, numbers, 0), batches);
      assertThat(runs.getAndSet(0)).isEqualTo(2L * 4 * runsOfABatch);
      List<int[]> alone = new ArrayList<>();
      batches.forEach(
          batch ->
              alone.addAll(
                  model.generate(batch.questions(), RUNNER.newTokens(), RUNNER.stopTokens())));
      assertThat(answers).hasSize(candidates);
      answers.forEach(each -> assertThat(each).containsExactlyElementsOf(alone));
    }
  }

  /** Beside them there is room for a batch that is continued. */
  @ParameterizedTest
  @CsvSource({
    "0, start start finish 2 finish 2 start finish 1 finish 1",
    "-1, start finish 1 finish 1 start finish 1 finish 1 start finish 1 finish 1"
  })
  void takesAsManyBatchesThroughAllCandidatesAsFit(long spare, String expected) throws IOException {
    try (LanguageModel model = open()) {
      long numbers = 2 * NUMBERS + NUMBERS_TO_FINISH + spare;
      ask(model, 2, settings(model, numbers, NUMBERS_TO_FINISH), batches(3));
      assertThat(String.join(" ", events)).isEqualTo(expected);
    }
  }

  /**
   * All batches of a streamed model are finished together, so what that takes counts for each: the
   * prompts stop early enough that it has room, too.
   */
  @ParameterizedTest
  @CsvSource({"0, 4", "-1, 6"})
  void leavesRoomToFinishWhereTheModelIsStreamed(long spare, int runsOfABatch) throws IOException {
    try (LanguageModel model = open()) {
      long numbers = NUMBERS_BEFORE + NUMBERS_TO_FINISH + spare;
      ask(model, 3, streamed(model, numbers), batches(2));
      assertThat(runs).hasValue(2L * 4 * runsOfABatch);
      assertThat(String.join(" ", events))
          .isEqualTo("start finish 1 finish 1 finish 1 start finish 1 finish 1 finish 1");
    }
  }

  private LanguageModel open() throws IOException {
    Path directory = SmallModels.write("llama", folder.resolve("model"));
    Configuration hadoop = new Configuration();
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), hadoop);
    return new CountingModel(LanguageModels.open(checkpoint, hadoop, Placement.cpu(1)), runs);
  }

  private List<List<int[]>> ask(
      LanguageModel model,
      int candidates,
      ExecutionSettings execution,
      List<Batch<int[]>> batches) {
    try (EditedModel edited =
        new EditedModel(model, execution, Collections.nCopies(candidates, Candidate.UNMODIFIED))) {
      return new CandidateLoop<>(model, edited, new Recording())
          .ask(batches).stream().map(Reply::answers).toList();
    }
  }

  /** Room for so many numbers beside the weights, of which a batch that is continued takes some. */
  private static ExecutionSettings settings(LanguageModel model, long numbers, long continued) {
    return settings(model, false, numbers * Float.BYTES, continued * Float.BYTES);
  }

  /** Room for so many numbers of hidden states, as many as for what a layer computes. */
  private static ExecutionSettings streamed(LanguageModel model, long numbers) {
    return settings(model, true, 2 * numbers * Float.BYTES, 0);
  }

  private static ExecutionSettings settings(
      LanguageModel model, boolean streamed, long bytes, long continuedBytes) {
    return new ExecutionSettings(
        "test",
        new ModelSource("model", NumberType.FLOAT32, streamed, List.of()),
        (source, place, hadoop) -> model,
        model.bytes(),
        continuedBytes,
        1,
        DeviceChoice.CPU,
        model.bytes() + bytes,
        null);
  }

  /** Prompts of 9, 8, 7 and 6 tokens. */
  private static List<Batch<int[]>> batches(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            batch -> {
              List<int[]> prompts = new ArrayList<>();
              for (int i = 0; i < 4; i++) {
                int[] prompt = new int[9 - i];
                Arrays.setAll(prompt, j -> 5 + (batch * 13 + j * 7) % 33);
                prompts.add(prompt);
              }
              return new Batch<>(new int[] {0, 1, 2, 3}, prompts, 4 * 9);
            })
        .toList();
  }

  /** Notes what is called. */
  private final class Recording implements WorkUnit.Runner<int[], int[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public BatchState start(LanguageModel model, List<int[]> questions) {
      events.add("start");
      return RUNNER.start(model, questions);
    }

    @Override
    public List<List<int[]>> finish(LanguageModel model, List<BatchState> group, boolean streamed) {
      events.add("finish " + group.size());
      return RUNNER.finish(model, group, streamed);
    }

    @Override
    public long bytesToFinish(BatchState batch) {
      return RUNNER.bytesToFinish(batch);
    }

    @Override
    public boolean isOnePass() {
      return RUNNER.isOnePass();
    }
  }
}

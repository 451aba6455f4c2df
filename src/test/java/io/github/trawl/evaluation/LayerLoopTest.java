package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.LayerPart;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.evaluation.model.TokenScores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Candidates that change nothing score a batch of four sequences of nine tokens, all of which are
 * read; the model has two layers of 32 hidden and 48 inner features.
 */
class LayerLoopTest {
  @TempDir private Path folder;
  private final List<Stop> stops = new ArrayList<>();

  /**
   * The candidates begin at the last map: a state and 48 activated features of each token. Before
   * the feed-forward network there are two states of each, before the layer there is one.
   */
  @ParameterizedTest
  @CsvSource({
    "2880, FEED_FORWARD_OUTPUT", // 36 · (32 + 48)
    "2879, FEED_FORWARD",
    "2304, FEED_FORWARD", // 36 · 64
    "2303, INPUT",
    "0, INPUT"
  })
  void stopsWhereTheStatesOfASingleBatchFit(long numbers, LayerPart next) throws IOException {
    List<ScoreRequest> requests = requests();
    Path directory = SmallModels.write("llama", folder.resolve("model"));
    Configuration hadoop = new Configuration();
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), hadoop);
    try (LanguageModel model = LanguageModels.open(checkpoint, hadoop, Placement.cpu(1))) {
      List<TokenScores> expected = model.score(requests);
      List<Reply<TokenScores>> replies =
          new LayerLoop<>(model, edited(model, numbers), new Recording())
              .ask(List.of(new Batch<>(new int[] {0, 1, 2, 3}, requests, 4 * 9)));
      assertThat(replies).hasSize(2);
      for (Reply<TokenScores> reply : replies) {
        for (int i = 0; i < expected.size(); i++) {
          assertThat(reply.answers().get(i).logProbabilities())
              .containsExactly(expected.get(i).logProbabilities());
        }
      }
    }
    assertThat(stops).isNotEmpty().containsOnly(new Stop(1, next));
  }

  /** Two candidates of a streamed model that has room for so many numbers of hidden states. */
  private static EditedModel edited(LanguageModel model, long numbers) {
    return new EditedModel(
        model,
        new ExecutionSettings(
            "test",
            new ModelSource("model", NumberType.FLOAT32, true, List.of()),
            (source, place, hadoop) -> model,
            model.bytes(),
            0,
            1,
            DeviceChoice.CPU,
            model.bytes() + 2 * numbers * Float.BYTES,
            null),
        List.of(Candidate.UNMODIFIED, Candidate.UNMODIFIED));
  }

  private static List<ScoreRequest> requests() {
    return IntStream.range(0, 4)
        .mapToObj(
            i -> {
              int[] tokens = IntStream.range(0, 9).map(j -> 5 + (13 * i + 7 * j) % 33).toArray();
              return new ScoreRequest(tokens, IntStream.range(0, 9).toArray(), tokens);
            })
        .toList();
  }

  /** Notes where the batches are that are finished. */
  private final class Recording implements WorkUnit.Runner<ScoreRequest, TokenScores> {
    private static final long serialVersionUID = 1L;
    private static final ScoringRunner RUNNER = new ScoringRunner();

    @Override
    public BatchState start(LanguageModel model, List<ScoreRequest> questions) {
      return RUNNER.start(model, questions);
    }

    @Override
    public List<List<TokenScores>> finish(
        LanguageModel model, List<BatchState> batches, boolean streamed) {
      batches.forEach(batch -> stops.add(batch.stop()));
      return RUNNER.finish(model, batches, streamed);
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

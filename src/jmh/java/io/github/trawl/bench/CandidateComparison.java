package io.github.trawl.bench;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.task.Scorer;
import io.github.trawl.evaluation.task.Task;
import io.github.trawl.evaluation.task.TaskQuestions;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A candidate beside a pass of the unmodified model over the same batches, in turns: edits of the
 * FC or QKVO matrices of one of the last two layers, and grids of them. A candidate's time holds
 * putting its weights in and taking them out, not making them from factors.
 */
final class CandidateComparison implements Comparison {
  private static final String PASS = "a pass of the unmodified model";
  private static final Set<MatrixRole> QKVO =
      Set.of(MatrixRole.Q, MatrixRole.K, MatrixRole.V, MatrixRole.O);
  private static final Set<MatrixRole> FC = Set.of(MatrixRole.GATE, MatrixRole.UP, MatrixRole.DOWN);

  /** Questions of a batch, as trawl evaluate takes by default. */
  private static final int BATCH = 64;

  /** Candidates of each kind in the grid. */
  private static final int RANKS = 14;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    if (setting.options().model().isEmpty()) {
      return List.of(Row.leftOut("candidates", "a candidate", PASS, "needs --model"));
    }
    Configuration hadoop = new Configuration();
    Path directory = new Path(setting.options().model().get().toAbsolutePath().toUri());
    Checkpoint checkpoint = Checkpoint.open(directory, hadoop);
    try (LanguageModel model =
        LanguageModels.open(checkpoint, hadoop, Placement.cpu(setting.threads()))) {
      List<List<ScoreRequest>> batches =
          batches(setting, model, checkpoint, setting.quick() ? 2 : 8);
      String note =
          "%d examples, %d threads, weights put in and taken out"
              .formatted(batches.size() * BATCH, setting.threads());
      int last = model.layers() - 1;
      List<Edit> edits =
          List.of(
              edit(model, checkpoint, last - 1, "QKVO", QKVO),
              edit(model, checkpoint, last - 1, "FC", FC),
              edit(model, checkpoint, last, "QKVO", QKVO),
              edit(model, checkpoint, last, "FC", FC));
      List<Row> rows = new ArrayList<>();
      for (Edit edit : edits) {
        List<BatchState> states = start(model, batches);
        advance(model, states, edit);
        Timing.Pair pair =
            Timing.inTurns(
                1,
                setting.quick() ? 3 : 5,
                () -> ask(model, states, edit),
                () -> pass(model, batches));
        states.forEach(BatchState::close);
        rows.add(
            Row.seconds(
                    "candidates", "a candidate, " + edit.name(), PASS, pair.ours(), pair.theirs())
                .note(note));
      }
      Timing.Pair grid =
          Timing.inTurns(
              0,
              setting.quick() ? 1 : 3,
              () -> grid(model, batches, edits),
              () -> pass(model, batches));
      rows.add(
          Row.seconds(
                  "candidates",
                  "%d candidates each of FC and QKVO of the last two layers, and the model as it is"
                      .formatted(RANKS),
                  PASS,
                  grid.ours(),
                  grid.theirs())
              .note(note));
      return rows;
    }
  }

  /** Matrices that are replaced together. */
  private record Edit(String name, Set<String> tensors, List<float[]> values) {}

  private static Edit edit(
      LanguageModel model, Checkpoint checkpoint, int layer, String kind, Set<MatrixRole> roles) {
    List<TensorInfo> tensors =
        Architecture.forModel(checkpoint).slices(checkpoint).stream()
            .filter(slice -> slice.layer() == layer && roles.contains(slice.role()))
            .map(WeightSlice::tensor)
            .distinct()
            .toList();
    List<float[]> values = new ArrayList<>();
    for (TensorInfo tensor : tensors) {
      float[] own = new float[Math.toIntExact(tensor.length() * 8 / tensor.dtype().bits())];
      for (int i = 0; i < own.length; i++) {
        own[i] = (float) Math.sin(i) / 32;
      }
      values.add(own);
    }
    return new Edit(
        "%s of layer %d of %d".formatted(kind, layer, model.layers()),
        tensors.stream().map(TensorInfo::name).collect(Collectors.toCollection(LinkedHashSet::new)),
        values);
  }

  /** A pass as an evaluation runs it. */
  private static void pass(LanguageModel model, List<List<ScoreRequest>> batches) {
    List<BatchState> states = start(model, batches);
    model.scoreTogether(states);
    states.forEach(BatchState::close);
  }

  private static List<BatchState> start(LanguageModel model, List<List<ScoreRequest>> batches) {
    return new ArrayList<>(batches.stream().map(model::startScoring).toList());
  }

  private static void advance(LanguageModel model, List<BatchState> states, Edit edit) {
    states.replaceAll(
        earlier -> {
          try (earlier) {
            return model.advance(earlier, model.firstUse(edit.tensors()));
          }
        });
  }

  private static void ask(LanguageModel model, List<BatchState> states, Edit edit) {
    int tensor = 0;
    for (String name : edit.tensors()) {
      model.patch(name, FloatBuffer.wrap(edit.values().get(tensor++)));
    }
    model.scoreTogether(states);
    model.restore();
  }

  /** All candidates and the unmodified model, as an evaluation runs them. */
  private static void grid(
      LanguageModel model, List<List<ScoreRequest>> batches, List<Edit> edits) {
    List<BatchState> states = start(model, batches);
    for (Edit edit : edits) {
      advance(model, states, edit);
      for (int rank = 0; rank < RANKS; rank++) {
        ask(model, states, edit);
      }
    }
    model.scoreTogether(states);
    states.forEach(BatchState::close);
  }

  /** Some batches of like length, spread over the lengths of the task. */
  private static List<List<ScoreRequest>> batches(
      Setting setting, LanguageModel model, Checkpoint checkpoint, int count) {
    Configuration hadoop = new Configuration();
    Optional<String> data = setting.options().data().map(Object::toString);
    Task task = Task.load(data.isPresent() ? "qa-wikidata" : "world-facts", data, hadoop);
    try (TextTokenizer tokenizer = TokenizerFiles.read(checkpoint.directory(), hadoop).open()) {
      Scorer scorer =
          Scorer.of(task.definition().scoring(), model.kind(), tokenizer, model.contextLength());
      TaskQuestions questions =
          TaskQuestions.of(scorer, task.examples(Integer.MAX_VALUE, tokenizer, tokenizer));
      List<ScoreRequest> requests =
          questions.requests().stream()
              .sorted(Comparator.comparingInt(request -> -request.tokens().length))
              .toList();
      int whole = requests.size() / BATCH;
      List<List<ScoreRequest>> batches = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int batch = (2 * i + 1) * whole / (2 * count);
        batches.add(requests.subList(batch * BATCH, (batch + 1) * BATCH));
      }
      return batches;
    }
  }
}

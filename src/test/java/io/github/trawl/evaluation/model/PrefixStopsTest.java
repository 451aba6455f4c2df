package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A batch that stopped where an edit begins goes on with the bits of a whole pass. */
class PrefixStopsTest {
  /** What the edits of a layer replace. */
  private static final List<Set<MatrixRole>> KINDS =
      List.of(
          Set.of(MatrixRole.values()),
          Set.of(MatrixRole.O, MatrixRole.DOWN),
          Set.of(MatrixRole.Q, MatrixRole.K, MatrixRole.V, MatrixRole.O),
          Set.of(MatrixRole.V),
          Set.of(MatrixRole.O),
          Set.of(MatrixRole.GATE, MatrixRole.UP, MatrixRole.DOWN),
          Set.of(MatrixRole.UP),
          Set.of(MatrixRole.DOWN));

  static Collection<String> names() {
    return GoldenModel.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void scoresOfAnyEditHaveTheBitsOfAWholePass(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> tokens = golden.batches().get(0).tokens();
    try (TransformerModel model = golden.open()) {
      Matrices matrices = Matrices.of(golden);
      assertSameScores(matrices, model, someOf(tokens));
      assertSameScores(matrices, model, allOf(tokens));
    }
  }

  private static void assertSameScores(
      Matrices matrices, TransformerModel model, List<ScoreRequest> batch) {
    List<TokenScores> unmodified = model.score(batch);
    BatchState chained = model.startScoring(batch);
    for (int layer = 0; layer < model.layers(); layer++) {
      for (Set<MatrixRole> kind : KINDS) {
        Set<String> edited = matrices.names(layer, kind);
        Stop stop = model.firstUse(edited);
        matrices.patch(model, edited);
        List<TokenScores> expected = model.score(batch);
        model.restore();
        try (BatchState start = model.startScoring(batch);
            BatchState direct = model.advance(start, stop)) {
          chained = further(model, chained, stop);
          matrices.patch(model, edited);
          assertThat(direct.stop()).isEqualTo(stop);
          assertSameBits(model.score(direct), expected);
          if (chained.stop().equals(stop)) {
            assertSameBits(model.score(chained), expected);
          }
          model.restore();
          assertSameBits(model.score(direct), unmodified);
          assertSameBits(model.score(chained), unmodified);
        }
        assertThat(expected.get(0).logProbabilities())
            .isNotEqualTo(unmodified.get(0).logProbabilities());
      }
    }
    chained.close();
  }

  /** The longest way that a chain of edits can take: a stop behind {@code stop} stays. */
  private static BatchState further(TransformerModel model, BatchState earlier, Stop stop) {
    if (stop.compareTo(earlier.stop()) <= 0) {
      return earlier;
    }
    try (BatchState done = earlier) {
      return model.advance(done, stop);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void startsAsLateAsTheEditAllows(String name) {
    GoldenModel golden = new GoldenModel(name);
    Matrices matrices = Matrices.of(golden);
    try (TransformerModel model = golden.open()) {
      boolean parallel =
          ModelFamilies.describe(golden.checkpoint()).blocks().stream()
              .allMatch(BlockSpec::parallel);
      for (int layer = 0; layer < model.layers(); layer++) {
        List<Stop> stops = new ArrayList<>();
        for (Set<MatrixRole> kind : KINDS) {
          stops.add(model.firstUse(matrices.names(layer, kind)));
        }
        LayerPart both = parallel ? LayerPart.INPUT : LayerPart.ATTENTION;
        LayerPart outputs = parallel ? LayerPart.INPUT : LayerPart.ATTENTION_OUTPUT;
        assertThat(stops)
            .extracting(Stop::next)
            .containsExactly(
                both,
                outputs,
                LayerPart.ATTENTION,
                LayerPart.ATTENTION,
                LayerPart.ATTENTION_OUTPUT,
                LayerPart.FEED_FORWARD,
                LayerPart.FEED_FORWARD,
                LayerPart.FEED_FORWARD_OUTPUT);
        assertThat(stops).extracting(Stop::layer).containsOnly(layer);
      }
      assertThat(model.firstUse(List.of()))
          .isEqualTo(new Stop(model.layers() - 1, LayerPart.FEED_FORWARD_OUTPUT));
      assertThat(model.firstUse(List.of("unknown"))).isEqualTo(Stop.before(0));
      if (model.layers() == 1) {
        return;
      }
      Set<String> two = matrices.names(1, Set.of(MatrixRole.DOWN));
      two.addAll(matrices.names(0, Set.of(MatrixRole.O)));
      assertThat(model.firstUse(two)).isEqualTo(new Stop(0, LayerPart.ATTENTION_OUTPUT));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void takesTheMemoryThatItSays(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> tokens = golden.batches().get(0).tokens();
    try (TransformerModel model = golden.open()) {
      for (List<ScoreRequest> batch : List.of(someOf(tokens), allOf(tokens))) {
        assertMemory(model, model.startScoring(batch));
      }
      if (model.kind() == ModelKind.CAUSAL) {
        assertMemory(model, model.startGeneration(tokens, 2));
      }
    }
  }

  private static void assertMemory(TransformerModel model, NativeBatchState start) {
    assertThat(start.owner().bytes()).isEqualTo(start.bytes(start.stop()));
    for (int layer = 0; layer < model.layers(); layer++) {
      for (LayerPart part : LayerPart.values()) {
        Stop stop = new Stop(layer, part);
        try (NativeBatchState prefix = model.advance(start, stop)) {
          long held = prefix.state().arrays().distinct().mapToLong(array -> array.count()).sum();
          for (int i = 0; prefix.caches() != null && i < prefix.caches().size(); i++) {
            held += prefix.caches().get(i).keys().count() + prefix.caches().get(i).values().count();
          }
          assertThat(prefix.bytes(stop)).as("%s", stop).isEqualTo(start.bytes(stop));
          assertThat(4 * held).as("%s", stop).isEqualTo(prefix.bytes(stop));
          assertThat(prefix.owner().bytes()).as("%s", stop).isEqualTo(prefix.bytes(stop));
        }
      }
    }
    start.close();
  }

  /** Up to two tokens of a sequence, of one none, and the last of them twice. */
  private static List<ScoreRequest> someOf(List<int[]> tokens) {
    List<ScoreRequest> some = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      int[] each = tokens.get(i);
      int last = each.length - 1;
      int[] positions =
          switch (i) {
            case 0 -> new int[] {last, last / 2, last};
            case 1 -> new int[0];
            default -> new int[] {last / 2};
          };
      some.add(new ScoreRequest(each, positions, Arrays.copyOf(each, positions.length)));
    }
    return some;
  }

  private static List<ScoreRequest> allOf(List<int[]> tokens) {
    return tokens.stream()
        .map(each -> new ScoreRequest(each, IntStream.range(0, each.length).toArray(), each))
        .toList();
  }

  /** The layers' matrices of a checkpoint. */
  private record Matrices(List<WeightSlice> slices) {
    static Matrices of(GoldenModel golden) {
      Checkpoint checkpoint = golden.checkpoint();
      return new Matrices(Architecture.forModel(checkpoint).slices(checkpoint));
    }

    /** The tensors that hold those of a layer with these roles. */
    Set<String> names(int layer, Set<MatrixRole> roles) {
      Set<String> names = new TreeSet<>();
      for (WeightSlice slice : slices) {
        if (slice.layer() == layer && roles.contains(slice.role())) {
          names.add(slice.tensor().name());
        }
      }
      assertThat(names).isNotEmpty();
      return names;
    }

    void patch(TransformerModel model, Set<String> tensors) {
      for (String name : tensors) {
        TensorInfo tensor =
            slices.stream()
                .map(WeightSlice::tensor)
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        float[] values =
            new float
                [Math.toIntExact(tensor.shape().stream().reduce(1L, (one, other) -> one * other))];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) Math.sin(i) / 8;
        }
        model.patch(name, FloatBuffer.wrap(values));
      }
    }
  }

  private static void assertSameBits(List<TokenScores> actual, List<TokenScores> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).logProbabilities())
          .containsExactly(expected.get(i).logProbabilities());
      assertThat(actual.get(i).predictions()).isEqualTo(expected.get(i).predictions());
    }
  }
}

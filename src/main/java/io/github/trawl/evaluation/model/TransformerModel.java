package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A {@link LanguageModel} that computes with PyTorch's native library. */
final class TransformerModel implements LanguageModel {
  private final String name;
  private final Transformer transformer;
  private final ModelWeights weights;
  private final TensorScope owner;
  private final LogitReader reader;
  private final TensorStops stops;
  private final StateSize stateSize;
  private final NumberType type;
  private final GenerationSettings generation;
  private final JointRows joint;

  /**
   * @param name the name of the model in messages
   * @param transformer the parts of the model, whose tensors are those of {@code weights}
   * @param weights the loaded weights; closed with this model
   * @param owner the owner of the tensors of {@code weights}
   * @param type the type of the weights and hidden states
   * @param generation how texts are generated; checked when one is
   */
  TransformerModel(
      String name,
      Transformer transformer,
      ModelWeights weights,
      TensorScope owner,
      NumberType type,
      GenerationSettings generation) {
    this.name = name;
    this.transformer = transformer;
    this.weights = weights;
    this.owner = owner;
    this.type = type;
    this.generation = generation;
    this.reader = new LogitReader(name, transformer.head(), vocabularySize(), type);
    this.joint = new JointRows(transformer.spec(), type);
    this.stops = new TensorStops(transformer.spec().blocks());
    this.stateSize = new StateSize(transformer.spec().blocks(), transformer.spec().hidden(), type);
  }

  @Override
  public ModelKind kind() {
    return transformer.spec().kind();
  }

  @Override
  public int vocabularySize() {
    return transformer.spec().head().vocabulary();
  }

  @Override
  public int contextLength() {
    return transformer.spec().context();
  }

  @Override
  public int layers() {
    return transformer.layerCount();
  }

  @Override
  public long bytes() {
    return weights.bytes();
  }

  @Override
  public List<TokenScores> score(List<ScoreRequest> batch) {
    try (NativeBatchState start = startScoring(batch)) {
      return score(start);
    }
  }

  @Override
  public NativeBatchState startScoring(List<ScoreRequest> batch) {
    return embedded(
        new TokenBatch(batch.stream().map(ScoreRequest::tokens).toList()),
        List.copyOf(batch),
        false);
  }

  @Override
  public NativeBatchState startGeneration(List<int[]> prompts, int newTokens) {
    if (!transformer.isCausal()) {
      throw new IllegalStateException(name + " is a masked language model; it continues no text");
    }
    return embedded(new TokenBatch(prompts), null, newTokens > 1);
  }

  private NativeBatchState embedded(
      TokenBatch tokens, List<ScoreRequest> requests, boolean keepsKeys) {
    tokens.sequences().forEach(sequence -> requireFit(sequence, 0));
    TensorScope scope = owner.newScope();
    try {
      return new NativeBatchState(
          scope,
          Stop.before(0),
          tokens,
          requests,
          requests == null ? tokens.lastRows() : LogitRows.of(requests, tokens.length()).rows(),
          LayerState.input(transformer.embed(scope, tokens)),
          keepsKeys ? List.of() : null,
          stateSize);
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  @Override
  public Stop firstUse(Collection<String> tensors) {
    return stops.firstUse(tensors);
  }

  @Override
  public NativeBatchState advance(BatchState earlier, Stop stop) {
    NativeBatchState start = checkedCast(earlier);
    if (stop.compareTo(start.stop()) < 0 || stop.layer() >= layers()) {
      throw new IllegalArgumentException(
          stop + " from " + start.stop() + " of " + layers() + " layers");
    }
    Stop to = start.reachable(stop);
    TensorScope scope = owner.newScope();
    try (TensorScope common = scope.newScope()) {
      List<KeyValueCache> caches = start.cachesFor(scope, to.layer() + (to.hasKeys() ? 1 : 0));
      LayerState state =
          transformer.advance(
              scope,
              start.state().sharedWith(common),
              start.stop(),
              to,
              passContext(common, start, caches));
      return new NativeBatchState(
          scope, to, start.tokens(), start.requests(), start.rows(), state, caches, stateSize);
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  private PassContext passContext(
      TensorScope common, NativeBatchState start, List<KeyValueCache> caches) {
    return PassContext.whole(
        common, transformer.isCausal(), start.tokens(), caches, start.rows(), layers() - 1);
  }

  @Override
  public List<TokenScores> score(BatchState from) {
    NativeBatchState start = requireRequests(from);
    List<ScoreRequest> requests = start.requests();
    if (start.rows().length == 0) {
      return requests.stream().map(request -> new TokenScores(new double[0], new int[0])).toList();
    }
    LogitRows rows = LogitRows.of(requests, start.tokens().length());
    return finish(start, states -> reader.scores(states, rows, requests));
  }

  private static NativeBatchState requireRequests(BatchState state) {
    NativeBatchState own = checkedCast(state);
    if (own.requests() == null) {
      throw new IllegalArgumentException("a batch of prompts can only be continued, not scored");
    }
    return own;
  }

  @Override
  public List<List<TokenScores>> scoreTogether(List<BatchState> batches) {
    List<NativeBatchState> starts =
        batches.stream().map(TransformerModel::requireRequests).toList();
    List<List<TokenScores>> scores = new ArrayList<>();
    int next = 0;
    while (next < starts.size()) {
      int count = joint.count(starts, next);
      if (count == 1) {
        scores.add(score(starts.get(next)));
      } else {
        scores.addAll(
            new JointScoring(transformer, reader, owner).score(starts.subList(next, next + count)));
      }
      next += count;
    }
    return scores;
  }

  /** Returns all logits of each of the sequences {@code tokens}: [tokens][vocabulary]. */
  List<float[][]> logits(List<int[]> tokens) {
    List<ScoreRequest> batch =
        tokens.stream()
            .map(each -> new ScoreRequest(each, IntStream.range(0, each.length).toArray(), each))
            .toList();
    try (NativeBatchState start = startScoring(batch)) {
      return finish(start, states -> reader.logits(states, tokens));
    }
  }

  private static NativeBatchState checkedCast(BatchState state) {
    if (!(state instanceof NativeBatchState own)) {
      throw new IllegalArgumentException("a state of another implementation: " + state);
    }
    return own;
  }

  private <T> T finish(NativeBatchState start, Function<NativeTensor, T> read) {
    try (TensorScope scope = owner.newScope()) {
      return read.apply(
          transformer.finish(
              new Transformer.Pass(
                  scope,
                  start.state().sharedWith(scope),
                  start.stop(),
                  passContext(scope, start, null))));
    }
  }

  @Override
  public List<int[]> generate(List<int[]> prompts, int newTokens, Set<Integer> stopTokens) {
    try (NativeBatchState start = startGeneration(prompts, newTokens)) {
      return generate(start, newTokens, stopTokens);
    }
  }

  @Override
  public List<List<int[]>> generateTogether(
      List<BatchState> batches, int newTokens, Set<Integer> stopTokens) {
    List<NativeBatchState> starts = batches.stream().map(TransformerModel::checkedCast).toList();
    for (NativeBatchState start : starts) {
      if (start.requests() != null) {
        throw new IllegalArgumentException("a batch of requests can only be scored, not continued");
      }
      if (start.caches() == null && newTokens > 1) {
        throw new IllegalArgumentException("prompts started for one new token keep no keys");
      }
      start.tokens().sequences().forEach(prompt -> requireFit(prompt, newTokens));
    }
    RepetitionPenalty penalty = generation.repetitionPenalty();
    List<List<int[]>> added;
    try (TensorScope scope = owner.newScope()) {
      added =
          new GreedyDecoder(transformer, reader, scope, type, penalty)
              .decode(starts, newTokens, stopTokens);
    }
    List<List<int[]>> whole = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      whole.add(
          RecomputedGenerations.of(
                  starts.get(i).tokens().sequences(),
                  added.get(i),
                  transformer.spec().recomputedBeyond())
              .finish(
                  newTokens, grown -> generate(grown.prompts(), grown.newTokens(), stopTokens)));
    }
    return whole;
  }

  @Override
  public void patch(String tensor, FloatBuffer values) {
    weights.patch(tensor, values::duplicate);
  }

  @Override
  public void patch(String tensor, Supplier<FloatBuffer> values) {
    weights.patch(tensor, values);
  }

  @Override
  public void restore() {
    weights.restore();
  }

  @Override
  public void close() {
    weights.close();
  }

  private void requireFit(int[] tokens, int more) {
    if (tokens.length + more > contextLength()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: a sequence of %d tokens%s is longer than the model's context of %d; shorten the example"
              .formatted(
                  name,
                  tokens.length,
                  more == 0 ? "" : " with " + more + " more to generate",
                  contextLength()));
    }
    int rows = transformer.spec().embedding().tokens().rows();
    for (int token : tokens) {
      if (token < 0 || token >= rows) {
        throw new TrawlException(
            ErrorCategory.BAD_INPUT,
            "%s: token %d is not one of the %d that the model has; use the tokenizer of this model"
                .formatted(name, token, rows));
      }
    }
  }
}

package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.ModelKind;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.evaluation.model.TokenScores;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A model that counts the sequences that go through each of its layers, to the layer's end. Of
 * continuations it counts the prompts, not the added tokens.
 */
final class CountingModel implements LanguageModel {
  private final LanguageModel model;
  private final AtomicLong runs;

  CountingModel(LanguageModel model, AtomicLong runs) {
    this.model = model;
    this.runs = runs;
  }

  /** The hidden states and the number of sequences that they belong to. */
  private record Counted(BatchState states, int sequences) implements BatchState {
    @Override
    public Stop stop() {
      return states.stop();
    }

    @Override
    public long bytes(Stop stop) {
      return states.bytes(stop);
    }

    @Override
    public long continuedCacheBytes(int newTokens) {
      return states.continuedCacheBytes(newTokens);
    }

    @Override
    public void close() {
      states.close();
    }
  }

  @Override
  public ModelKind kind() {
    return model.kind();
  }

  @Override
  public int vocabularySize() {
    return model.vocabularySize();
  }

  @Override
  public int contextLength() {
    return model.contextLength();
  }

  @Override
  public int layers() {
    return model.layers();
  }

  @Override
  public long bytes() {
    return model.bytes();
  }

  @Override
  public List<TokenScores> score(List<ScoreRequest> batch) {
    runs.addAndGet((long) batch.size() * layers());
    return model.score(batch);
  }

  @Override
  public BatchState startScoring(List<ScoreRequest> batch) {
    return new Counted(model.startScoring(batch), batch.size());
  }

  @Override
  public BatchState startGeneration(List<int[]> prompts, int newTokens) {
    return new Counted(model.startGeneration(prompts, newTokens), prompts.size());
  }

  @Override
  public Stop firstUse(Collection<String> tensors) {
    return model.firstUse(tensors);
  }

  @Override
  public BatchState advance(BatchState earlier, Stop stop) {
    Counted start = (Counted) earlier;
    runs.addAndGet((long) start.sequences() * (stop.layer() - start.stop().layer()));
    return new Counted(model.advance(start.states(), stop), start.sequences());
  }

  @Override
  public List<TokenScores> score(BatchState prefix) {
    return model.score(finished(prefix));
  }

  @Override
  public List<List<TokenScores>> scoreTogether(List<BatchState> batches) {
    return model.scoreTogether(batches.stream().map(this::finished).toList());
  }

  @Override
  public List<List<int[]>> generateTogether(
      List<BatchState> batches, int newTokens, Set<Integer> stopTokens) {
    return model.generateTogether(
        batches.stream().map(this::finished).toList(), newTokens, stopTokens);
  }

  private BatchState finished(BatchState prefix) {
    Counted start = (Counted) prefix;
    runs.addAndGet((long) start.sequences() * (layers() - start.stop().layer()));
    return start.states();
  }

  @Override
  public List<int[]> generate(List<int[]> prompts, int newTokens, Set<Integer> stopTokens) {
    runs.addAndGet((long) prompts.size() * layers());
    return model.generate(prompts, newTokens, stopTokens);
  }

  @Override
  public void patch(String tensor, FloatBuffer values) {
    model.patch(tensor, values);
  }

  @Override
  public void patch(String tensor, Supplier<FloatBuffer> values) {
    model.patch(tensor, values);
  }

  @Override
  public void restore() {
    model.restore();
  }

  @Override
  public void close() {
    model.close();
  }
}

package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Prefix;
import java.util.List;
import java.util.Set;

/**
 * Continues batches of prompts greedily.
 *
 * @param newTokens the most tokens to add
 * @param stopTokens ids that end a continuation
 */
record GenerationRunner(int newTokens, Set<Integer> stopTokens)
    implements WorkUnit.Runner<int[], int[]> {
  /** Copies the set. */
  GenerationRunner {
    stopTokens = Set.copyOf(stopTokens);
  }

  @Override
  public Prefix start(LanguageModel model, List<int[]> questions) {
    return model.promptPrefix(questions, newTokens);
  }

  @Override
  public List<int[]> finish(LanguageModel model, Prefix batch) {
    return model.generate(batch, newTokens, stopTokens);
  }

  @Override
  public List<List<int[]>> finishTogether(LanguageModel model, List<Prefix> batches) {
    return model.generateTogether(batches, newTokens, stopTokens);
  }

  @Override
  public long bytesToFinish(Prefix batch) {
    return batch.bytes(batch.stop()) + batch.continuedBytes(newTokens);
  }

  @Override
  public boolean isOnePass() {
    return newTokens <= 1;
  }
}

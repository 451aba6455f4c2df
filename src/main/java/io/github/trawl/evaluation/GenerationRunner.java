package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.LanguageModel;
import java.util.List;
import java.util.Set;

/**
 * Continues batches of prompts greedily.
 *
 * @param newTokens the most tokens to add
 * @param stopTokens ids that end a continuation and are not part of it
 */
record GenerationRunner(int newTokens, Set<Integer> stopTokens)
    implements WorkUnit.Runner<int[], int[]> {
  /** Copies the set. */
  GenerationRunner {
    stopTokens = Set.copyOf(stopTokens);
  }

  @Override
  public BatchState start(LanguageModel model, List<int[]> questions) {
    return model.startGeneration(questions, newTokens);
  }

  @Override
  public List<List<int[]>> finish(LanguageModel model, List<BatchState> batches, boolean streamed) {
    return streamed
        ? model.generateTogether(batches, newTokens, stopTokens)
        : batches.stream().map(batch -> model.generate(batch, newTokens, stopTokens)).toList();
  }

  @Override
  public long bytesToFinish(BatchState batch) {
    // The hidden states of the running pass, beside those that the batch keeps, and the caches.
    return batch.bytes(batch.stop()) + batch.continuedCacheBytes(newTokens);
  }

  @Override
  public boolean isOnePass() {
    return newTokens <= 1;
  }
}

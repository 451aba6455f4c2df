package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Continues prompts by every candidate.
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
  public List<List<int[]>> run(
      LanguageModel model, EditedModel edited, List<Batch<int[]>> batches) {
    List<List<int[]>> answers = new ArrayList<>();
    for (Candidate candidate : edited.candidates()) {
      List<int[]> continuations = new ArrayList<>();
      edited.as(
          candidate,
          () ->
              batches.forEach(
                  batch ->
                      continuations.addAll(
                          model.generate(batch.questions(), newTokens, stopTokens))));
      answers.add(continuations);
    }
    return answers;
  }
}

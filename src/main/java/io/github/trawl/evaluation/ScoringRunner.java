package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Prefix;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores batches by every candidate, running no layer twice that several candidates share.
 *
 * <p>Candidates come in the order of their first changed layer. The hidden states at its input are
 * computed by the unmodified model, carried on from those of the candidates before, and serve every
 * candidate of that layer. As many batches as fit the memory for hidden states go through all
 * candidates before the next do, so that a candidate's weights are put in once for all of them.
 */
final class ScoringRunner implements WorkUnit.Runner<ScoreRequest, TokenScores> {
  private static final long serialVersionUID = 1L;

  @Override
  public List<List<TokenScores>> run(
      LanguageModel model, EditedModel edited, List<Batch<ScoreRequest>> batches) {
    List<List<TokenScores>> answers = new ArrayList<>();
    edited.candidates().forEach(candidate -> answers.add(new ArrayList<>()));
    int next = 0;
    while (next < batches.size()) {
      List<Prefix> prefixes = new ArrayList<>();
      try {
        long bytes = 0;
        int layer = edited.firstOwnLayer(edited.candidates().get(0));
        do {
          Prefix prefix = model.prefix(batches.get(next++).questions(), layer);
          prefixes.add(prefix);
          bytes += prefix.bytes();
        } while (next < batches.size() && bytes + bytes / prefixes.size() <= edited.prefixBytes());
        score(model, edited, prefixes, answers);
      } finally {
        prefixes.forEach(Prefix::close);
      }
    }
    return answers;
  }

  private static void score(
      LanguageModel model,
      EditedModel edited,
      List<Prefix> prefixes,
      List<List<TokenScores>> answers) {
    for (int c = 0; c < answers.size(); c++) {
      Candidate candidate = edited.candidates().get(c);
      advance(model, prefixes, edited.firstOwnLayer(candidate));
      List<TokenScores> scores = answers.get(c);
      edited.as(candidate, () -> prefixes.forEach(prefix -> scores.addAll(model.score(prefix))));
    }
  }

  private static void advance(LanguageModel model, List<Prefix> prefixes, int layer) {
    for (int i = 0; i < prefixes.size(); i++) {
      if (prefixes.get(i).layer() < layer) {
        Prefix earlier = prefixes.get(i);
        prefixes.set(i, model.advance(earlier, layer));
        earlier.close();
      }
    }
  }
}

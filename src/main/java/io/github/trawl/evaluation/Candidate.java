package io.github.trawl.evaluation;

import io.github.trawl.factors.MatrixEdit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model to evaluate: the checkpoint with some of its matrices replaced.
 *
 * @param name unique in its evaluation
 * @param edits the replaced matrices; empty for the unmodified checkpoint
 */
public record Candidate(String name, List<MatrixEdit> edits) implements Serializable {
  /** The checkpoint as it is. */
  public static final Candidate UNMODIFIED = new Candidate("unmodified", List.of());

  /** Copies the list. */
  public Candidate {
    edits = List.copyOf(edits);
  }

  /**
   * Returns a candidate for each decomposition of one run. If there is one, it is named as the
   * location of the factors; else the name of the decomposition follows behind a {@code #}.
   *
   * @param edits by the name of the decomposition
   */
  static List<Candidate> of(String location, Map<String, List<MatrixEdit>> edits) {
    List<Candidate> candidates = new ArrayList<>();
    edits.forEach(
        (name, matrices) ->
            candidates.add(
                new Candidate(edits.size() == 1 ? location : location + "#" + name, matrices)));
    return candidates;
  }

  /** The first layer with a replaced matrix; {@code layers} if there is none. */
  int firstChangedLayer(int layers) {
    return edits.stream().mapToInt(edit -> edit.slice().layer()).min().orElse(layers);
  }
}

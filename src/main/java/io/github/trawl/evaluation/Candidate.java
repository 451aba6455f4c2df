package io.github.trawl.evaluation;

import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.factors.MatrixEdit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
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

  /**
   * Orders candidates by the first matrix that they replace, in the order in which a model uses its
   * matrices; a candidate without edits is last.
   */
  static final Comparator<Candidate> BY_FIRST_CHANGE =
      Comparator.comparingInt(Candidate::firstChangedLayer)
          .thenComparing(
              Candidate::firstChangedRole, Comparator.nullsLast(Comparator.naturalOrder()));

  /** Copies the list. */
  public Candidate {
    edits = List.copyOf(edits);
  }

  /**
   * Returns a candidate for each decomposition of one run of {@code trawl denoise}. If there is
   * only one, its name is {@code location}; else names are {@code location#decomposition}.
   *
   * @param location where the factors lie
   * @param edits the replaced matrices by the name of the decomposition
   */
  static List<Candidate> of(String location, Map<String, List<MatrixEdit>> edits) {
    List<Candidate> candidates = new ArrayList<>();
    edits.forEach(
        (name, matrices) ->
            candidates.add(
                new Candidate(edits.size() == 1 ? location : location + "#" + name, matrices)));
    return candidates;
  }

  /** Returns the first layer with a replaced matrix, or {@code Integer.MAX_VALUE} for no edits. */
  private int firstChangedLayer() {
    return edits.stream().mapToInt(edit -> edit.slice().layer()).min().orElse(Integer.MAX_VALUE);
  }

  /** Returns the first replaced matrix of the first changed layer, or null for no edits. */
  private MatrixRole firstChangedRole() {
    int layer = firstChangedLayer();
    return edits.stream()
        .map(MatrixEdit::slice)
        .filter(slice -> slice.layer() == layer)
        .map(WeightSlice::role)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }
}

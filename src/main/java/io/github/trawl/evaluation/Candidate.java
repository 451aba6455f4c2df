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

  /** In the order in which a model comes to what they change; without edits last. */
  static final Comparator<Candidate> BY_FIRST_CHANGE =
      Comparator.comparingInt(Candidate::firstChangedLayer)
          .thenComparing(
              Candidate::firstChangedRole, Comparator.nullsLast(Comparator.naturalOrder()));

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

  /** The first layer with a replaced matrix; the largest number if there is none. */
  private int firstChangedLayer() {
    return edits.stream().mapToInt(edit -> edit.slice().layer()).min().orElse(Integer.MAX_VALUE);
  }

  /** The first matrix that is replaced in that layer, as a layer runs through them; else null. */
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

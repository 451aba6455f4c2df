package io.github.trawl.evaluation;

import io.github.trawl.factors.MatrixEdit;
import java.io.Serializable;
import java.util.List;

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

  /** The first layer with a replaced matrix; {@code layers} if there is none. */
  int firstChangedLayer(int layers) {
    return edits.stream().mapToInt(edit -> edit.slice().layer()).min().orElse(layers);
  }
}

package io.github.trawl.sweep;

import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.MethodOption;
import io.github.trawl.plan.StackSelection;

/**
 * One edit of a sweep: every stack of a selection is replaced by its decomposition.
 *
 * @param selection which matrices are stacked, and how
 * @param method of the decomposition
 * @param size of the decomposition
 * @param seed of its random start; 0, which is also a valid seed, if the method has none
 * @param settings of the iterations
 */
public record Point(
    StackSelection selection,
    DecompositionMethod method,
    DecompositionSize size,
    long seed,
    IterationSettings settings) {
  /** Checks that the method takes size and seed. */
  public Point {
    if (!size.suits(method) || (seed != 0 && !method.options().contains(MethodOption.SEED))) {
      throw new IllegalArgumentException(
          method.key() + " takes no " + size.label() + " with seed " + seed);
    }
  }

  /**
   * Returns its name, such as {@code layer-fc-11-cp-r64-s3}. It is unique in a sweep, safe in file
   * names and the same in every run. Settings appear in it only if they are not the defaults.
   */
  public String id() {
    return group() + "-" + memberName();
  }

  /** Returns the name of its decomposition among those of a solve, as in factor files. */
  String memberName() {
    return method.options().contains(MethodOption.SEED) ? size.label() + "-s" + seed : size.label();
  }

  /** Returns the part of its name that points of other sizes and seeds share. */
  String group() {
    return selection.strategy().key()
        + "-"
        + safe(selection.matrices())
        + "-"
        + safe(selection.layers())
        + "-"
        + method.key()
        + settings.suffix(method);
  }

  /** Returns a selection without the characters that do not belong in a file name. */
  private static String safe(String text) {
    return text.replace(" ", "").replace(',', '+').replace(":", "");
  }
}

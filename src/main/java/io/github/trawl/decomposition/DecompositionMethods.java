package io.github.trawl.decomposition;

import java.util.List;
import java.util.Optional;

/** The methods that there are: a new one is a class and a line here. */
public final class DecompositionMethods {
  /** CP by alternating least squares. */
  public static final DecompositionMethod CP = new CpMethod();

  /** Tucker by orthogonal iteration. */
  public static final DecompositionMethod TUCKER = new TuckerMethod(null);

  /** Truncated SVD of each matrix by itself. */
  public static final DecompositionMethod SVD = new SvdMethod();

  /** All of them, in the order in which help names them. */
  public static final List<DecompositionMethod> ALL = List.of(CP, TUCKER, SVD);

  private DecompositionMethods() {}

  /**
   * Tucker with a core of these ranks in place of (K, R, R). The options' rank, which is not used,
   * is that of the rows by convention.
   */
  public static DecompositionMethod tucker(TuckerRanks core) {
    return new TuckerMethod(core);
  }

  /** The method of this key, in any case; empty if there is none. */
  public static Optional<DecompositionMethod> find(String key) {
    return ALL.stream().filter(method -> method.key().equalsIgnoreCase(key)).findFirst();
  }
}

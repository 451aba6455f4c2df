package io.github.trawl.decomposition;

import java.util.List;
import java.util.Optional;

/** Lists the decomposition methods. A new method needs its class and an entry here. */
public final class DecompositionMethods {
  /** CP by alternating least squares. */
  public static final DecompositionMethod CP = new CpMethod();

  /** Tucker by orthogonal iteration. */
  public static final DecompositionMethod TUCKER = new TuckerMethod(null);

  /** Truncated SVD of each matrix by itself. */
  public static final DecompositionMethod SVD = new SvdMethod();

  /** All methods, in the order in which the help text lists them. */
  public static final List<DecompositionMethod> ALL = List.of(CP, TUCKER, SVD);

  private DecompositionMethods() {}

  /**
   * Returns Tucker with a core of these ranks in place of (K, R, R). The rank in the options only
   * names the result; callers give the rank of the rows.
   */
  public static DecompositionMethod tucker(TuckerRanks core) {
    return new TuckerMethod(core);
  }

  /** Returns the method of this key, in upper or lower case; empty if there is none. */
  public static Optional<DecompositionMethod> find(String key) {
    return ALL.stream().filter(method -> method.key().equalsIgnoreCase(key)).findFirst();
  }
}

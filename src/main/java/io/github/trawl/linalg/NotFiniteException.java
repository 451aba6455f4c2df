package io.github.trawl.linalg;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.function.Supplier;

/**
 * Numbers of a solve are infinite or NaN, because products or sums of finite weights exceed
 * float32.
 */
public final class NotFiniteException extends TrawlException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what is not finite, as the subject of a sentence
   */
  public NotFiniteException(String what) {
    super(
        ErrorCategory.BAD_INPUT,
        what
            + " not finite: the weights are too large for products in float32; leave such matrices"
            + " out (--matrices, --layers)");
  }

  private NotFiniteException(String stack, NotFiniteException failure) {
    super(failure.category(), stack + ": " + failure.getMessage(), failure);
  }

  /**
   * Requires a number to be finite.
   *
   * @param what the number is, for the message
   * @return the number
   * @throws NotFiniteException if it is not
   */
  public static double check(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new NotFiniteException(what + " is");
    }
    return value;
  }

  /**
   * Runs a solve whose failure names the stack.
   *
   * @throws NotFiniteException if the solve throws one, with the name in front of its message
   */
  public static <T> T naming(String stack, Supplier<T> solve) {
    try {
      return solve.get();
    } catch (NotFiniteException e) {
      throw new NotFiniteException(stack, e);
    }
  }
}

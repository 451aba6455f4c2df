package io.github.trawl.linalg;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.function.Supplier;

/**
 * Thrown if a number of a solve is infinite or NaN: the weights are not finite, or products or sums
 * of them exceed the range of float32.
 */
public final class NotFiniteException extends TrawlException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception whose message begins with {@code what}, followed by "not finite".
   *
   * @param what the start of the sentence with its verb, such as "the squared norm is"
   */
  public NotFiniteException(String what) {
    super(
        ErrorCategory.BAD_INPUT,
        what
            + " not finite: a weight is NaN or infinite, or too large for products in float32; leave"
            + " such matrices out (--matrices, --layers)");
  }

  private NotFiniteException(String stack, NotFiniteException failure) {
    super(failure.category(), stack + ": " + failure.getMessage(), failure);
  }

  /**
   * Returns {@code value} if it is finite.
   *
   * @param what the number is, for the message, such as "the squared norm"
   * @throws NotFiniteException if it is not finite
   */
  public static double check(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new NotFiniteException(what + " is");
    }
    return value;
  }

  /**
   * Runs a solve and returns its result.
   *
   * @param stack the name of the stack that is solved
   * @throws NotFiniteException if the solve throws one; the message begins with the name of the
   *     stack
   */
  public static <T> T withStackName(String stack, Supplier<T> solve) {
    try {
      return solve.get();
    } catch (NotFiniteException e) {
      throw new NotFiniteException(stack, e);
    }
  }
}

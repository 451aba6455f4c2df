package io.github.trawl.checkpoint;

/** Thrown if a finite value is too large for the element type that it is converted to. */
public final class FloatOverflowException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final long elementIndex;
  private final String reason;

  FloatOverflowException(long elementIndex, double value, String target) {
    super("element " + elementIndex + ": " + value + " is too large for " + target);
    this.elementIndex = elementIndex;
    this.reason = value + " is too large for " + target;
  }

  /** Returns what is wrong without the index, such as {@code 1.0E300 is too large for F32}. */
  public String reason() {
    return reason;
  }

  /** Returns the index of the value among those that were to be converted, from 0. */
  public long elementIndex() {
    return elementIndex;
  }
}

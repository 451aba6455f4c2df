package io.github.trawl.checkpoint;

/** Thrown if a finite value is too large for the element type that it is converted to. */
public final class FloatOverflowException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final long elementIndex;

  FloatOverflowException(long elementIndex, double value, String target) {
    super("element " + elementIndex + ": " + value + " is too large for " + target);
    this.elementIndex = elementIndex;
  }

  /** Returns the index of the value among those that were to be converted, from 0. */
  public long elementIndex() {
    return elementIndex;
  }
}

package io.github.trawl.sweep.report;

import java.util.List;

/**
 * The sizes of a decomposition's components, largest first.
 *
 * <p>The page draws one spectrum for each stack and method: the first of the highest rank. Others
 * are ignored.
 *
 * @param stack as a person reads it, such as {@code layer 11, fc}
 * @param method {@code cp}, {@code tucker} or {@code svd}
 * @param rank of the decomposition
 * @param quantity what the values are, such as {@code singular values}
 * @param values at least one, none negative, none larger than the one before
 */
public record Spectrum(
    String stack, String method, int rank, String quantity, List<Double> values) {
  /**
   * Copies the values.
   *
   * @throws IllegalArgumentException if a text is blank, there is no value, one is negative or they
   *     ascend
   */
  public Spectrum {
    Require.requireNotBlank("stack", stack);
    Require.requireNotBlank("method", method);
    Require.requireNotBlank("quantity", quantity);
    values = List.copyOf(values);
    Require.that(!values.isEmpty(), "the spectrum of ", stack, " is empty");
    double before = Double.MAX_VALUE;
    for (double value : values) {
      Require.notNegative("value", value);
      Require.that(value <= before, "the spectrum of ", stack, " ascends at ", value);
      before = value;
    }
  }
}

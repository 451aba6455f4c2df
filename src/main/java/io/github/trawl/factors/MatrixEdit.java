package io.github.trawl.factors;

import io.github.trawl.architecture.WeightSlice;
import java.io.Serializable;

/**
 * A matrix that is replaced by a slice of a low-rank tensor.
 *
 * @param slice the matrix, oriented as it was stacked
 * @param factors those of its stack
 * @param index which slice of the stack it is
 */
public record MatrixEdit(WeightSlice slice, FactorRef factors, int index) implements Serializable {}

package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/**
 * Thrown if a model computes NaN: its weights are damaged or were changed too much, or a number
 * exceeded the range of float16.
 */
public final class NotANumberException extends TrawlException {
  private static final long serialVersionUID = 1L;

  NotANumberException(String model, NumberType type) {
    super(
        ErrorCategory.BAD_INPUT,
        "%s: the model computes NaN; its weights are damaged or were changed too much%s"
            .formatted(
                model,
                type == NumberType.FLOAT16
                    ? ", or a number exceeds 65504, the largest of float16: try --dtype bfloat16"
                    : ""));
  }
}

package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/** Thrown if a model computes NaN: its weights are damaged or were changed too much. */
public final class NotANumberException extends TrawlException {
  private static final long serialVersionUID = 1L;

  NotANumberException(String model) {
    super(
        ErrorCategory.BAD_INPUT,
        "%s: the model computes NaN; its weights are damaged or were changed too much"
            .formatted(model));
  }
}

package io.github.trawl.evaluation.model;

import java.util.Set;

/** Translates the {@code config.json} of a family of models. It only states facts. */
interface ModelFamily {
  /** The {@code model_type}s of the family. */
  Set<String> modelTypes();

  /**
   * Describes the model of {@code config}.
   *
   * @throws io.github.trawl.TrawlException if a setting is missing or not supported
   */
  TransformerSpec describe(ModelConfig config);

  /**
   * Whether a stored tensor is known to take no part in the forward pass: buffers that are computed
   * anew, and heads for other purposes.
   */
  boolean ignores(String tensor);
}

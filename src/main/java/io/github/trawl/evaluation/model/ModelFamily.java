package io.github.trawl.evaluation.model;

import java.util.Set;

/** Describes the models of a family by their {@code config.json}. */
interface ModelFamily {
  /** Returns the {@code model_type}s of the family. */
  Set<String> modelTypes();

  /**
   * Describes the model of {@code config}.
   *
   * @throws io.github.trawl.TrawlException if a setting is missing or not supported
   */
  TransformerSpec describe(ModelConfig config);

  /**
   * Returns whether a stored tensor is known to take no part in the forward pass, such as a buffer
   * that is computed anew, the head of another task, or a second copy of a bias.
   */
  boolean ignores(String tensor);
}

/**
 * Transformer models: their descriptions by family, their weights, and the forward pass.
 *
 * <p>A {@code ModelFamily} turns {@code config.json} into records whose names end in "Spec"; the
 * classes with these names but without "Spec" compute with the weights. A batch runs up to a {@link
 * io.github.trawl.evaluation.model.Stop}, from where it can be continued several times with other
 * weights. Where a token of a batch is given by one number, that is sequence · length + position,
 * with the length of the longest sequence, to which all are padded.
 */
package io.github.trawl.evaluation.model;

/** Transformer models: their descriptions by family, their weights, and the forward pass. */
package io.github.trawl.evaluation.model;

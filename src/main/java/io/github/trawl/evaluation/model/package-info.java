/** Transformers in memory: the forward pass over the weights of a checkpoint. */
package io.github.trawl.evaluation.model;

/**
 * Import of models that are not Hugging Face checkpoints: a TensorFlow BERT becomes a directory
 * that {@link io.github.trawl.checkpoint.Checkpoint} and transformers can open.
 */
package io.github.trawl.convert;

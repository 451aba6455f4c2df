/**
 * Hugging Face checkpoints on any Hadoop file system: reading, rewriting and publishing them.
 *
 * <p>Tensors are never held in memory as a whole: readers and writers work through buffers of a few
 * MiB, whatever the size of the file.
 */
package io.github.trawl.checkpoint;

/**
 * Hugging Face checkpoints on any Hadoop file system: reading, rewriting and publishing them.
 *
 * <p>No weight file is held in memory as a whole: readers and writers work through buffers of a few
 * MiB, and uploads to object stores through parts of 16 MiB or, for very large files, more.
 */
package io.github.trawl.checkpoint;

/**
 * Hugging Face checkpoints on any Hadoop file system: reading, rewriting and publishing them.
 *
 * <p>A <em>run</em> is one execution of a command that writes an output. It stages files under
 * names that only it uses and <em>publishes</em> them, so that they appear under their final names,
 * when they are complete. Spark may try a task several times; each such <em>attempt</em> writes
 * files of its own, of which only those of successful attempts are published. A run that is told to
 * end (SIGTERM, SIGINT) cleans up; one that is killed (SIGKILL) can't.
 *
 * <p>No weight file is held in memory as a whole: readers and writers work through buffers of a few
 * MiB, and uploads to object stores through parts of 16 MiB or, for very large files, more.
 */
package io.github.trawl.checkpoint;

/**
 * The contents of checkpoints, factors and sweeps as Spark DataFrames, for notebooks and shells.
 * {@link io.github.trawl.notebook.Trawl} is the entry point.
 */
package io.github.trawl.notebook;

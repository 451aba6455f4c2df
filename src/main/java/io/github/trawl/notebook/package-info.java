/**
 * What checkpoints, factors and sweeps hold as Spark DataFrames, for notebooks and shells. {@link
 * io.github.trawl.notebook.Trawl} is where to begin.
 */
package io.github.trawl.notebook;

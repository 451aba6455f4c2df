/** Solves stacks of a checkpoint on Spark and writes their factor files. */
package io.github.trawl.solve;

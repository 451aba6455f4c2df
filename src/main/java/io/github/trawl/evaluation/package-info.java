/** Measures what a checkpoint scores on tasks, on Spark. */
package io.github.trawl.evaluation;

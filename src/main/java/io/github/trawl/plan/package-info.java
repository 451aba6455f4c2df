/**
 * Which weight matrices are stacked into which tensors, and what is known of a run before it
 * starts.
 */
package io.github.trawl.plan;

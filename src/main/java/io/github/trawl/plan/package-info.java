/** Which weight matrices are stacked into which tensors, and what a person may know beforehand. */
package io.github.trawl.plan;

/**
 * Plans which weight matrices are stacked into which tensors and where each is solved, and reports
 * what a run will take before it starts.
 */
package io.github.trawl.plan;

/**
 * Factor files, the edits that they describe, and the matrices computed from them; without Spark.
 */
package io.github.trawl.factors;

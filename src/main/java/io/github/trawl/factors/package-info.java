/**
 * Factor files, the edits of matrices that they describe, and the new values computed from them.
 * Nothing here uses Spark.
 */
package io.github.trawl.factors;

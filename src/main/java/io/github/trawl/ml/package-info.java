/**
 * CP and Tucker decompositions as estimators of Spark's MLlib, of a tensor that a DataFrame holds:
 * a row for each slice and row of the tensor, with a vector of its columns.
 */
package io.github.trawl.ml;

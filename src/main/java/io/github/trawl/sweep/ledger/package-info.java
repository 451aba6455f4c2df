/**
 * What a sweep has done: finished units of work by their keys, attempts that failed, and who writes
 * at present. It knows nothing of models, tasks or Spark.
 */
package io.github.trawl.sweep.ledger;

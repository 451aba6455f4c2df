/**
 * The ledger of a sweep: finished units of work by their keys, failed attempts, and the run that
 * writes at present. Nothing here depends on models, tasks or Spark.
 *
 * <p>A unit is first written to a <em>loose</em> file of its own. A <em>compaction</em> moves loose
 * units into <em>packs</em>, Parquet files of many units. The run that may write is the
 * <em>holder</em> of the output. Each holder has a number, its <em>epoch</em>, which is greater
 * than those of all earlier holders.
 */
package io.github.trawl.sweep.ledger;

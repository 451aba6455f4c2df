/**
 * The ledger of a sweep, in the sweep's output directory: finished units of work by their keys,
 * failed attempts, and the run that currently writes. Nothing here depends on models, tasks or
 * Spark; {@link io.github.trawl.sweep} says what the units are.
 *
 * <p>A unit is first written to a <em>loose</em> file of its own. A <em>compaction</em> moves loose
 * units into <em>packs</em>, Parquet files of many units. The run that may write is the
 * <em>holder</em> of the output. Each holder has a number, its <em>epoch</em>, which is greater
 * than those of all earlier holders, and gives <em>signs of life</em> (heartbeats) while it runs.
 */
package io.github.trawl.sweep.ledger;

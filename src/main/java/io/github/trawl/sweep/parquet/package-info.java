/** Writes Parquet files for the ledger and the tables of a sweep. */
package io.github.trawl.sweep.parquet;

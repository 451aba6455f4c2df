/**
 * How a sweep writes Parquet files: one place for what its ledger and its tables have in common.
 */
package io.github.trawl.sweep.parquet;

/**
 * The tables of a sweep as Parquet files: which columns they have, and how they are written.
 * Nothing here depends on how a sweep runs or on its ledger.
 */
package io.github.trawl.sweep.tables;

/**
 * The tables of a sweep as Parquet files: which columns they have, and how they are written. It
 * knows nothing of how a sweep runs or what it remembers.
 */
package io.github.trawl.sweep.tables;

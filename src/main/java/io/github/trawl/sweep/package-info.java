/**
 * Sweeps: grids of edits that are decomposed, measured on tasks, and compared. A <em>point</em> is
 * one edit of the grid; a <em>unit</em> is a piece of work that the ledger remembers.
 */
package io.github.trawl.sweep;

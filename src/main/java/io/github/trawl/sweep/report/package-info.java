/**
 * Writes a report on a sweep, given as plain records, as one self-contained page of HTML.
 *
 * <p>Nothing here depends on where the numbers come from. {@link
 * io.github.trawl.sweep.report.ReportData} is all that a page shows, and {@link
 * io.github.trawl.sweep.report.ReportPage} writes it. Points, controls and rounds are those of
 * {@link io.github.trawl.sweep}.
 */
package io.github.trawl.sweep.report;

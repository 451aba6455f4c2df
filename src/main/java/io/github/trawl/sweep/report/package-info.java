/**
 * A sweep as one page of HTML: plain records in, a self-contained page out.
 *
 * <p>Nothing here knows where the numbers come from. {@link
 * io.github.trawl.sweep.report.ReportData} is all that a page shows, and {@link
 * io.github.trawl.sweep.report.ReportPage} writes it.
 */
package io.github.trawl.sweep.report;

package io.github.trawl.sweep;

import io.github.trawl.checkpoint.NewFile;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.sweep.ledger.LedgerView;
import io.github.trawl.sweep.tables.CostRow;
import io.github.trawl.sweep.tables.ExampleRow;
import io.github.trawl.sweep.tables.FactorRow;
import io.github.trawl.sweep.tables.FailureRow;
import io.github.trawl.sweep.tables.PointRow;
import io.github.trawl.sweep.tables.ScoreRow;
import io.github.trawl.sweep.tables.Table;
import io.github.trawl.sweep.tables.TensorRow;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.SortedSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the tables of a sweep. Except for those of failures and costs, their bytes depend only on
 * what was measured, and not on when or how often the sweep was interrupted.
 */
final class SweepTables {
  private static final Logger LOG = LoggerFactory.getLogger(SweepTables.class);

  /** The least time from the beginning of the run, or from one write, to the next write. */
  private static final long INTERVAL_NANOS = 300_000_000_000L;

  /**
   * The least time to the next write as a multiple of the time that a write took, so that writing
   * takes at most about a tenth of a run.
   */
  private static final long PAUSE_FACTOR = 10;

  private final SweepDefinition definition;
  private final LedgerView ledger;
  private final SweepKeys keys;
  private final Supplier<SortedSet<String>> measures;
  private final Path folder;
  private final Configuration hadoop;
  private final LongSupplier nanoTime;
  private long due;

  /**
   * @param measures returns the names of all measures of the sweep's answers
   * @param output of the sweep; the caller holds the ledger in it
   * @param nanoTime the clock, such as {@link System#nanoTime}
   */
  SweepTables(
      SweepDefinition definition,
      LedgerView ledger,
      SweepKeys keys,
      Supplier<SortedSet<String>> measures,
      Path output,
      Configuration hadoop,
      LongSupplier nanoTime) {
    this.definition = definition;
    this.ledger = ledger;
    this.keys = keys;
    this.measures = measures;
    this.folder = new Path(output, Table.FOLDER);
    this.hadoop = hadoop;
    this.nanoTime = nanoTime;
    this.due = nanoTime.getAsLong() + INTERVAL_NANOS;
  }

  /** Writes all tables, unless they were last written, or the run began, only a short time ago. */
  void writeIfDue(Findings findings) {
    if (nanoTime.getAsLong() - due >= 0) {
      write(findings);
    }
  }

  /**
   * Writes all tables.
   *
   * @throws io.github.trawl.TrawlException of category {@code SYSTEM} if the storage fails
   */
  void write(Findings findings) {
    long start = nanoTime.getAsLong();
    makeFolder();
    PointRow.TABLE.write(folder, PointRows.of(definition, findings), hadoop);
    ScoreRow.TABLE.write(folder, new ScoreRows(definition, findings).all(), hadoop);
    TensorRow.TABLE.write(folder, SolveRows.tensors(definition, findings), hadoop);
    FactorRow.TABLE.write(folder, SolveRows.factors(definition, findings), hadoop);
    FailureRow.TABLE.write(folder, LedgerRows.failures(ledger), hadoop);
    CostRow.TABLE.write(folder, LedgerRows.costs(ledger), hadoop);
    ExampleRow.table(measures.get())
        .write(
            folder,
            new ExampleRows(definition, ledger, keys, findings.progress().composition()).all(),
            hadoop);
    long end = nanoTime.getAsLong();
    due = end + Math.max(INTERVAL_NANOS, PAUSE_FACTOR * (end - start));
  }

  /**
   * Makes the folder of the tables and removes hidden files from it. No other process writes here,
   * so these are left from runs that were killed.
   */
  private void makeFolder() {
    FileSystem fileSystem = Storage.open(folder, hadoop);
    try {
      fileSystem.mkdirs(folder);
      for (FileStatus file : fileSystem.listStatus(folder)) {
        if (NewFile.isLeftover(file.getPath().getName())) {
          fileSystem.delete(file.getPath(), false);
        }
      }
    } catch (FileNotFoundException e) {
      // Some object stores don't show an empty directory.
      LOG.debug("Nothing in {} yet", Problems.show(folder), e);
    } catch (IOException e) {
      throw Problems.storage(folder, "cannot write tables", e);
    }
  }
}

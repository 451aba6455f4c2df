package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.AbandonedFiles;
import io.github.trawl.checkpoint.AbandonedFiles.Found;
import io.github.trawl.checkpoint.FilePublisher;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.LedgerReader;
import io.github.trawl.sweep.ledger.LedgerView;
import io.github.trawl.sweep.ledger.Unit;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finds and removes what killed runs of a sweep have left in its output: directories with their
 * unpublished files, factor files that no unit of the ledger names, and partly written small files.
 */
public final class SweepLeftovers {
  /** How long this process may give no sign of life before a run may take the ledger over. */
  private static final Duration STALE_AFTER = Duration.ofMinutes(2);

  private final Path output;
  private final Instant before;
  private final FileSystem fileSystem;
  private final AbandonedFiles files;
  private final Configuration hadoop;

  /**
   * Looks for leftovers in {@code output}.
   *
   * @param before files that were changed at this moment or later are kept
   */
  public SweepLeftovers(Path output, Instant before, Configuration hadoop) {
    this.output = output;
    this.before = before;
    this.fileSystem = Storage.open(output, hadoop);
    this.files = new AbandonedFiles(output, hadoop);
    this.hadoop = hadoop;
  }

  /** Returns whether there is a sweep in the output. */
  public boolean isSweep() {
    return LedgerReader.exists(output, hadoop);
  }

  /** Finds the leftovers without changing anything; a run may be at work there. */
  public List<Found> find() {
    return find(LedgerReader.read(output, hadoop));
  }

  /**
   * Removes the leftovers while this process holds the sweep's ledger as a run does.
   *
   * @param removed is told each leftover that was removed
   * @throws TrawlException of category {@code USAGE} if a run holds it; of category {@code SYSTEM}
   *     if the storage fails
   */
  public void remove(Consumer<Found> removed) {
    LedgerReader reader = LedgerReader.read(output, hadoop);
    try (Ledger ledger = Ledger.open(output, reader.identity(), STALE_AFTER, hadoop)) {
      for (Found found : find(ledger)) {
        if (found.keepReason().isEmpty()) {
          files.remove(found);
          removed.accept(found);
        }
      }
    }
  }

  private List<Found> find(LedgerView ledger) {
    List<Found> found = new ArrayList<>();
    for (FileStatus run : list(FilePublisher.attempts(output))) {
      found.add(files.look(run, before));
    }
    Set<String> named = ConcurrentHashMap.newKeySet();
    ledger.forEach(SweepKeys.SOLVE, unit -> named.add(name(unit)));
    for (FileStatus file : list(new Path(output, "factors"))) {
      if (file.isFile() && !named.contains("factors/" + file.getPath().getName())) {
        found.add(files.look(file, before));
      }
    }
    // The ledger cleans up its own folders.
    for (Path folder : List.of(output, new Path(output, "tables"))) {
      // A folder that is missing, such as that of tables not yet written, would be refused.
      if (!list(folder).isEmpty()) {
        found.addAll(files.find(folder, before));
      }
    }
    return found;
  }

  private static String name(Unit unit) {
    return SolveContent.file(unit.content());
  }

  private List<FileStatus> list(Path directory) {
    try {
      return List.of(fileSystem.listStatus(directory));
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(directory) + " can't be looked at (" + Problems.oneLine(e) + "); try again",
          e);
    }
  }
}

package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.AbandonedFiles;
import io.github.trawl.checkpoint.AbandonedFiles.Found;
import io.github.trawl.sweep.SweepLeftovers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes the files and directories that killed runs have left. */
@Command(
    name = "clean",
    description =
        "Removes what killed runs have left: hidden directories beside outputs, and, in the output of a sweep, files that belong to no result.",
    sortOptions = false,
    customSynopsis = "trawl clean [--older-than AGE] [--dry-run] URI...",
    footer = {
      "",
      "Example:",
      "  trawl clean --older-than 2d --dry-run hdfs:///models",
      "",
      "A run that is alive writes a file every five minutes, so that nothing of it is removed."
    })
final class CleanCommand implements Runnable {
  /**
   * The least value of {@code --older-than}. It must be much longer than the five minutes between
   * two signs of life of a run, and than the difference between two machines' clocks.
   */
  private static final Duration LEAST_AGE = Duration.ofHours(1);

  @Parameters(
      paramLabel = "URI",
      description = "Directories in which outputs lie, or outputs of sweeps.")
  private List<String> places = new ArrayList<>();

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      converter = Age.Converter.class,
      defaultValue = "2d",
      description =
          "Removes only what has not changed for this long, in hours or days, at least 1h (default: ${DEFAULT-VALUE}).")
  private Age age;

  @Option(names = "--dry-run", description = "Only says what would be removed.")
  private boolean dryRun;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  private int removed;
  private long bytes;

  @Override
  public void run() {
    if (places.isEmpty()) {
      throw new TrawlException(ErrorCategory.USAGE, "missing URI: name a directory to clean");
    }
    if (age.duration().compareTo(LEAST_AGE) < 0) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "--older-than is less than an hour, in which a live run may change nothing; give 1h or more");
    }
    Configuration hadoop = HadoopSettings.load();
    Instant before = Instant.now().minus(age.duration());
    for (String place : places) {
      clean(Required.path("URI", place), before, hadoop);
    }
    Output.print(
        spec,
        String.format(
            Locale.ROOT,
            "%s %d, %,d MiB",
            dryRun ? "Would remove" : "Removed",
            removed,
            bytes >> 20));
  }

  private void clean(Path place, Instant before, Configuration hadoop) {
    SweepLeftovers sweep = new SweepLeftovers(place, before, hadoop);
    if (sweep.isSweep()) {
      List<Found> all = sweep.find();
      all.stream().filter(found -> found.keepReason().isPresent()).forEach(this::reportKept);
      if (dryRun) {
        all.stream().filter(found -> found.keepReason().isEmpty()).forEach(this::reportRemoved);
      } else if (all.stream().anyMatch(found -> found.keepReason().isEmpty())) {
        // Takes the sweep's ledger, which fails if a run holds it; so only if there is something.
        sweep.remove(this::reportRemoved);
      }
      return;
    }
    AbandonedFiles files = new AbandonedFiles(place, hadoop);
    for (Found found : files.find(place, before)) {
      if (found.keepReason().isPresent()) {
        reportKept(found);
        continue;
      }
      if (!dryRun) {
        files.remove(found);
      }
      reportRemoved(found);
    }
  }

  private void reportRemoved(Found found) {
    removed++;
    bytes += found.bytes();
    Output.print(spec, (dryRun ? "would remove " : "removed ") + describe(found));
  }

  private void reportKept(Found found) {
    Output.print(spec, "kept " + describe(found) + ": " + found.keepReason().orElseThrow());
  }

  private static String describe(Found found) {
    return String.format(
        Locale.ROOT,
        "%s (%,d MiB, last changed at %s)",
        found.path(),
        found.bytes() >> 20,
        found.lastChanged().truncatedTo(ChronoUnit.SECONDS));
  }
}

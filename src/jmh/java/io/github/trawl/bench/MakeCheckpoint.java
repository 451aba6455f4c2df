package io.github.trawl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a checkpoint of random weights in the shape of a known model, to measure on. */
@Command(
    name = "make-checkpoint",
    description = "Makes a bfloat16 checkpoint of random weights in the shape of a LLaMA-2.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class MakeCheckpoint implements Callable<Integer> {
  /** Names of shapes on the command line. */
  enum Shape {
    SMALL(LlamaShape.SMALL),
    LLAMA_7B(LlamaShape.LLAMA_2_7B),
    LLAMA_13B(LlamaShape.LLAMA_2_13B),
    LLAMA_70B(LlamaShape.LLAMA_2_70B);

    @SuppressWarnings("ImmutableEnumChecker") // A record of numbers.
    private final LlamaShape sizes;

    Shape(LlamaShape sizes) {
      this.sizes = sizes;
    }
  }

  @Option(
      names = "--shape",
      required = true,
      description = "${COMPLETION-CANDIDATES}; the first has 28 layers of hidden size 2048.")
  private Shape shape;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Only the first N layers, besides the embeddings (default: all).")
  private Integer layers;

  @Parameters(paramLabel = "DIRECTORY", description = "Where the files go; existing ones go away.")
  private Path directory;

  @Spec private CommandSpec spec;

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new MakeCheckpoint())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    int count = layers == null ? shape.sizes.layers() : layers;
    if (count < 1 || count > shape.sizes.layers()) {
      throw new ParameterException(
          spec.commandLine(), "--layers is %d, not 1 to %d".formatted(count, shape.sizes.layers()));
    }
    long start = System.nanoTime();
    long bytes = SyntheticLlama.write(directory, shape.sizes, count);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%s: %d layers, %.1f GB in %.0f s, %.0f MB/s%n",
        directory, count, bytes / 1e9, seconds, bytes / 1e6 / seconds);
    return 0;
  }
}

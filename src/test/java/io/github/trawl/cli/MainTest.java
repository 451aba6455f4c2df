package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.evaluation.SmallModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir private Path folder;

  @Test
  void helpNamesTheCommands() {
    CommandRun run = CommandRun.of("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("inspect", "plan", "denoise", "evaluate", "sweep", "report", "clean", "import")
        .contains("Exit codes");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"inspect", "plan", "denoise", "evaluate", "sweep", "report", "clean", "import"})
  void helpOfACommandHasAnExample(String command) {
    CommandRun run = CommandRun.of(command, "--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Example:", "trawl " + command + " --");
  }

  @Test
  void version() {
    assertThat(CommandRun.of("--version").out()).startsWith("trawl ");
  }

  @Test
  void wrongUsageIsOneLineAndExitCodeTwo() {
    assertUsage(
        CommandRun.of(),
        "missing command",
        "inspect, plan, denoise, evaluate, sweep, report, clean, import");
    assertUsage(CommandRun.of("densoie"), "unknown command 'densoie'", "did you mean denoise");
    assertUsage(CommandRun.of("plan", "--rnak", "3"), "unknown option '--rnak'", "plan --help");
    assertUsage(CommandRun.of("plan", "--ranks", "3"), "did you mean", "--rank");
    assertUsage(CommandRun.of("plan", "stray"), "unexpected argument 'stray'");
    assertUsage(CommandRun.of("plan", "--rank", "many"), "--rank", "many");
    assertUsage(CommandRun.of("plan"), "missing --model");
    assertUsage(CommandRun.of("import", "--output", "x"), "missing --source");
    assertUsage(CommandRun.of("clean"), "missing URI");
    assertUsage(CommandRun.of("clean", "--older-than", "soon", "m"), "--older-than", "soon", "2d");
    assertUsage(CommandRun.of("clean", "--older-than", "0h", "m"), "--older-than", "an hour");
    assertUsage(CommandRun.of("plan", "--strategy", "depth"), "--strategy", "depth");
    assertUsage(CommandRun.of("plan", "--memory.off-heap", "lots"), "--memory.off-heap", "lots");
    assertUsage(
        CommandRun.of("evaluate", "--device", "tpu"),
        "'--device'",
        "expected one of auto, cpu, gpu but was 'tpu'");
    assertUsage(
        CommandRun.of("denoise", "--method", "QR"), "expected one of cp, tucker, svd but was 'QR'");
  }

  @Test
  void namesOfValuesAreReadInAnyCase() {
    assertUsage(CommandRun.of("plan", "--method", "Svd", "--start=CENTRED"), "missing --model");
  }

  /** Wrong flags are refused before Spark starts. */
  @Test
  void denoiseChecksItsFlagsFirst() {
    assertUsage(denoise(), "missing --rank");
    assertUsage(denoise("--rank", "0"), "--rank is 0");
    assertUsage(denoise("--rank", "3", "--ratio", "0.1"), "exclude");
    assertUsage(denoise("--ratio", "0.1"), "--method svd");
    assertUsage(denoise("--method", "svd"), "--rank or --ratio");
    assertUsage(denoise("--method", "svd", "--ratio", "1.5"), "--ratio is 1.5");
    assertUsage(denoise("--rank", "3", "--max-iterations", "0"), "--max-iterations is 0");
    assertUsage(denoise("--rank", "3", "--tolerance", "NaN"), "--tolerance is NaN");
    assertUsage(denoise("--rank", "3", "--threads-per-stack", "0"), "--threads-per-stack is 0");
    assertUsage(denoise("--rank", "3", "--threads-per-stack=-3"), "--threads-per-stack is -3");
    assertUsage(denoise("--rank", "3", "--architecture", ""), "missing --architecture");
    assertUsage(denoise("--rank", "3", "--architecture=a:b"), "--architecture: 'a:b' is no path");
    assertUsage(CommandRun.of("denoise", "--model", "m", "--rank", "3"), "missing --output");
  }

  /** Stacks are solved in main memory, wherever models are asked. */
  @Test
  void aSweepOnGpusNeedsItsContainersToo() throws IOException {
    Path model = SmallModels.write("bert", folder.resolve("model"));
    Path task = SmallModels.task(folder.resolve("task"), 20);
    Path grid =
        Files.writeString(
            folder.resolve("grid.yaml"), "grid:\n  - {layers: 1, method: cp, rank: 2}\n");
    System.setProperty("spark.master", "yarn");
    System.setProperty("spark.executor.memoryOverhead", "1g");
    try {
      assertUsage(
          CommandRun.of(
              "sweep",
              "--grid=" + grid,
              "--task=" + task,
              "--model=" + model,
              "--output=" + folder.resolve("sweep"),
              "--memory.off-heap=2g",
              "--device=gpu"),
          "its container has 1024 MiB",
          "spark.executor.memoryOverhead=2432m");
    } finally {
      LocalSpark.forget();
    }
  }

  /** Refused before Spark starts: once started, it would have made its local directory. */
  @Test
  void denoiseLooksAtItsInputAndOutputFirst() throws IOException {
    Path model = SmallGpt2.write(folder.resolve("model"), 4);
    Path other = SmallGpt2.write(folder.resolve("other"), 4);
    System.setProperty("spark.local.dir", folder.resolve("spark").toString());
    try {
      assertUsage(denoise(model, other), "exists already", "--overwrite");
      assertUsage(denoise(model, model), "is the input");
      assertUsage(denoise(model, model.resolve("inside")), "lies in the input");
      CommandRun missing = denoise(folder.resolve("missing"), folder.resolve("new"));
      assertThat(missing.exitCode()).isEqualTo(3);
      assertThat(missing.err()).contains("missing");
      assertThat(folder.resolve("spark")).doesNotExist();
    } finally {
      System.clearProperty("spark.local.dir");
    }
  }

  private static CommandRun denoise(Path model, Path output) {
    return CommandRun.of(
        "denoise", "--model", model.toString(), "--output", output.toString(), "--rank", "2");
  }

  @Test
  void badInputIsExitCodeThree() throws IOException {
    Path missing = folder.resolve("missing");
    CommandRun run = CommandRun.of("inspect", "--model", missing.toString());
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("trawl: ").contains(missing.toString());

    Path model = SmallGpt2.write(folder.resolve("cut"), 4);
    Files.write(model.resolve("model.safetensors"), new byte[] {1, 2, 3});
    assertThat(CommandRun.of("inspect", "--model", model.toString()).exitCode()).isEqualTo(3);
    assertThat(CommandRun.of("import", "--source", model.toString(), "--output", "x").exitCode())
        .isEqualTo(3);
  }

  @Test
  void stackTraceOnlyWhenAskedFor() {
    String missing = folder.resolve("missing").toString();
    assertThat(CommandRun.of("inspect", "--model", missing).err()).doesNotContain("\tat ");
    CommandRun verbose = CommandRun.of("inspect", "--model", missing, "--verbose");
    assertThat(verbose.err()).contains("\tat io.github.trawl.");
    assertThat(verbose.exitCode()).isEqualTo(3);
  }

  @Test
  void inspectsAndPlansForPeopleAndPrograms() throws IOException {
    String model = SmallGpt2.write(folder.resolve("model"), 4).toString();
    assertThat(CommandRun.of("inspect", "--model", model).out())
        .contains("h.{i}.mlp.c_fc.weight", "gpt2");
    CommandRun plan = CommandRun.of("plan", "--model", model, "--rank", "2");
    assertThat(plan.exitCode()).isZero();
    assertThat(plan.out()).contains("(2, 4, 16)", "1 MiB outside the heap");
    String svd =
        CommandRun.of("plan", "--model", model, "--method", "svd", "--ratio", "0.5", "--json")
            .out();
    // 4·(4·16) bytes of the matrix, 4·16·2 of singular vectors, and 8·4·(4 + 2) of its Gram matrix
    // with two eigenvectors.
    assertThat(new ObjectMapper().readTree(svd).path("task_off_heap_bytes").asLong())
        .isEqualTo(4 * 64 + 4 * 32 + 8 * 24);
    assertThat(
            CommandRun.of(
                    "plan",
                    "--model",
                    model,
                    "--method",
                    "tucker",
                    "--rank=2",
                    "--memory.off-heap",
                    "1000b")
                .out())
        .contains("which is too little");
    for (String command : new String[] {"inspect", "plan"}) {
      CommandRun json = CommandRun.of(command, "--model", model, "--json");
      assertThat(json.exitCode()).isZero();
      assertThat(new ObjectMapper().readTree(json.out()).isObject()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nosuchfs://AKIAKEY:sec/ret+key@bucket/model",
        "nosuchfs://user:secret@host/model",
        "nosuchfs://host/model?access_key=secret"
      })
  void credentialsAreNotPrinted(String model) {
    for (String verbose : new String[] {"--verbose=true", "--verbose"}) {
      CommandRun run = CommandRun.of("inspect", "--model", model, verbose);
      assertThat(run.exitCode()).isNotZero();
      assertThat(run.out() + run.err()).doesNotContain("ret+key", "secret", "AKIAKEY");
    }
  }

  private static CommandRun denoise(String... flags) {
    String[] arguments = new String[flags.length + 5];
    System.arraycopy(new String[] {"denoise", "--model", "m", "--output", "o"}, 0, arguments, 0, 5);
    System.arraycopy(flags, 0, arguments, 5, flags.length);
    return CommandRun.of(arguments);
  }

  private static void assertUsage(CommandRun run, String... words) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("trawl: ").contains(words);
    assertThat(run.out()).isEmpty();
  }
}

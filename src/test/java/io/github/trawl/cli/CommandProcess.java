package io.github.trawl.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Commands in processes of their own, with two threads of Spark. */
public final class CommandProcess {
  private CommandProcess() {}

  /** Starts a command whose output goes to {@code log}. */
  public static Process start(Path log, String... arguments) throws IOException {
    return start(log, Map.of(), arguments);
  }

  /** The same with options of Hadoop. */
  public static Process start(Path log, Map<String, String> hadoop, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-Dspark.master=local[2]", "-Dspark.ui.enabled=false"));
    hadoop.forEach((key, value) -> command.add("-Dspark.hadoop." + key + "=" + value));
    command.addAll(List.of("-Dtrawl.test.log=" + sparkLog(log), "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Whether {@code words} have been logged, by Spark or the command, beside {@code log}. */
  public static boolean logged(Path log, String words) throws IOException {
    return Files.exists(sparkLog(log)) && Files.readString(sparkLog(log)).contains(words);
  }

  private static Path sparkLog(Path log) {
    return log.resolveSibling(log.getFileName() + ".spark");
  }
}

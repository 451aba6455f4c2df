package io.github.trawl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs measurements in processes of their own, so that each has memory of its own. */
final class Processes {
  private static final long LIMIT_MINUTES = 15;

  private final Optional<Path> python;
  private final int threads;
  private final Path log;

  /**
   * @param threads of every process
   * @param log takes what the processes write to their error output
   */
  Processes(Optional<Path> python, int threads, Path log) {
    this.python = python;
    this.threads = threads;
    this.log = log;
  }

  boolean hasPython() {
    return python.isPresent();
  }

  /** A measurement of {@link OursProcess} in a virtual machine with this heap. */
  Measured ours(String heap, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("--threads", Integer.toString(threads)));
    all.addAll(List.of(arguments));
    return java(heap, OursProcess.class, all);
  }

  /** What {@code main} measures in a virtual machine with this heap. */
  Measured java(String heap, Class<?> main, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The flags that open packages for Arrow, and the settings of the log.
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-Xmx" + heap, "-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return Measured.of(json(command, 1));
  }

  /** A measurement of {@code peers.py}. */
  Measured peer(String... arguments) throws IOException {
    return Measured.of(peerAnswer(arguments));
  }

  JsonNode peerAnswer(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(python.orElseThrow().toString(), "src/jmh/python/peers.py"));
    command.addAll(List.of(arguments));
    return json(command, threads);
  }

  /** Runs a command to its end and returns the seconds that it took. */
  double time(String... command) throws IOException {
    long start = System.nanoTime();
    run(List.of(command), threads);
    return (System.nanoTime() - start) / 1e9;
  }

  private JsonNode json(List<String> command, int blasThreads) throws IOException {
    String output = run(command, blasThreads).strip();
    return new ObjectMapper().readTree(output.substring(output.lastIndexOf('\n') + 1));
  }

  private String run(List<String> command, int blasThreads) throws IOException {
    Path output = Files.createTempFile("trawl-bench", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      Map<String, String> environment = builder.environment();
      // These variables would affect one side only, or force a slower kernel.
      environment.remove("OPENBLAS_CORETYPE");
      for (String variable :
          List.of("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")) {
        environment.put(variable, Integer.toString(blasThreads));
      }
      Process process = builder.start();
      try {
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
          throw new IOException(
              command.get(0) + " did not end within " + LIMIT_MINUTES + " minutes");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for " + command.get(0));
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s … %s ended with code %d; see %s"
                .formatted(
                    command.get(0), command.get(command.size() - 1), process.exitValue(), log));
      }
      return Files.readString(output, StandardCharsets.UTF_8);
    } finally {
      Files.delete(output);
    }
  }
}

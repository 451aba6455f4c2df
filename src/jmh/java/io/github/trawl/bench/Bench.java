package io.github.trawl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.linalg.BlasProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;

/** Runs the comparisons and writes their results; jobs/bench starts it. */
final class Bench {
  /** The name of the charts in {@code --only}. */
  static final String CHARTS = "charts";

  private final BenchOptions options;
  private final Setting setting;

  private Bench(BenchOptions options) throws IOException {
    this.options = options;
    Path log = Files.createDirectories(options.output()).resolve("bench.log");
    Files.deleteIfExists(log);
    this.setting = new Setting(options, new Processes(options.python(), options.threads(), log));
  }

  /** Exit code 0 if all was measured, whether targets are reached or not. */
  public static void main(String[] arguments) throws IOException {
    BenchOptions options = new BenchOptions();
    CommandLine command = new CommandLine(options);
    try {
      CommandLine.ParseResult parsed = command.parseArgs(arguments);
      if (CommandLine.printHelpIfRequested(parsed)) {
        return;
      }
      checkNames(options.only(), command);
    } catch (CommandLine.ParameterException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
    System.exit(new Bench(options).run() ? 0 : 1);
  }

  private static void checkNames(List<String> only, CommandLine command) {
    Set<String> known = new TreeSet<>(Comparisons.all().keySet());
    known.add(CHARTS);
    for (String name : only) {
      if (!known.contains(name)) {
        throw new CommandLine.ParameterException(
            command, "--only knows " + String.join(", ", known) + ", not '" + name + "'");
      }
    }
  }

  private boolean run() throws IOException {
    String machine = Machine.describe();
    String versions = versions();
    System.out.println(machine);
    System.out.println(versions);
    List<Row> rows = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    boolean complete = true;
    for (Map.Entry<String, Comparison> entry : Comparisons.all().entrySet()) {
      if (isAskedFor(entry.getKey())) {
        complete &= measure(entry.getKey(), entry.getValue(), rows);
        write(machine, versions, rows, curves);
      }
    }
    if (isAskedFor(CHARTS)) {
      complete &= draw(curves);
      write(machine, versions, rows, curves);
    }
    System.out.println("Written to " + options.output().resolve("table.md"));
    return complete;
  }

  /** A comparison that fails puts its error into the table and does not stop the others. */
  private boolean measure(String name, Comparison comparison, List<Row> rows) {
    long start = System.nanoTime();
    List<Row> measured;
    boolean complete = true;
    try {
      measured = comparison.measure(setting);
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      measured = List.of(Row.leftOut(name, name, "", "failed, " + e.getMessage()));
      complete = false;
    }
    measured.forEach(row -> System.out.println(MarkdownTable.line(row)));
    System.out.printf("%s took %.0f s%n", name, (System.nanoTime() - start) / 1e9);
    rows.addAll(measured);
    return complete;
  }

  /** Measures the curves of the charts and draws them. */
  private boolean draw(List<Curve> curves) {
    long start = System.nanoTime();
    try {
      curves.addAll(new ScalingCurves(setting).measure());
      Charts.draw(curves, options.output());
      System.out.printf("%s took %.0f s%n", CHARTS, (System.nanoTime() - start) / 1e9);
      return true;
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      return false;
    }
  }

  private boolean isAskedFor(String name) {
    return options.only().isEmpty() || options.only().contains(name);
  }

  private String versions() throws IOException {
    String ours =
        "Trawl on %s, %d threads; ".formatted(BlasProvider.blas().name(), options.threads());
    if (!setting.processes().hasPython()) {
      return ours + "no Python peers: there is no interpreter";
    }
    JsonNode peers = setting.processes().peerAnswer("versions");
    JsonNode blas = peers.get("blas").get(0);
    return ours
        + "Python %s, numpy %s on OpenBLAS %s (%s, %d threads), SciPy %s, TensorLy %s"
            .formatted(
                peers.get("python").asText(),
                peers.get("numpy").asText(),
                blas.get("version").asText(),
                blas.get("architecture").asText(),
                blas.get("num_threads").asInt(),
                peers.get("scipy").asText(),
                peers.get("tensorly").asText());
  }

  private void write(String machine, String versions, List<Row> rows, List<Curve> curves)
      throws IOException {
    Path directory = options.output();
    Files.writeString(
        directory.resolve("table.md"),
        machine + ".\n" + versions + ".\n\n" + MarkdownTable.of(rows));
    Files.writeString(
        directory.resolve("table.json"),
        JsonReport.of(machine, versions, rows, curves).toPrettyString() + "\n");
  }
}

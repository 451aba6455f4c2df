package io.github.trawl.bench;

import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The fit of CP-ALS against time, with and without the options that speed it up, on the stacks of
 * each layer of a checkpoint: {@code FitCurves MODEL OUTPUT MATRICES LAYERS RANK}.
 *
 * <p>The goal is the fit of 100 plain iterations, which are the same as TensorLy's. Writes a line
 * for each iteration to {@code MATRICES-RANK.csv}, a chart of the first stack beside it, and prints
 * the medians over the stacks as a row of a Markdown table. All curves of a stack are measured in
 * turns.
 */
final class FitCurves {
  private static final int PLAIN_ITERATIONS = 100;
  private static final long MEMORY = 4L << 30;

  private record Option(String name, StartDistribution start, Acceleration acceleration) {}

  private static final List<Option> OPTIONS =
      List.of(
          new Option("plain", StartDistribution.UNIFORM, Acceleration.NONE),
          new Option("centred", StartDistribution.CENTRED, Acceleration.NONE),
          new Option("extrapolation", StartDistribution.UNIFORM, Acceleration.EXTRAPOLATION),
          new Option("both", StartDistribution.CENTRED, Acceleration.EXTRAPOLATION));

  /** Seconds from the start and fit after each iteration. */
  private record Curve100(List<Double> seconds, List<Double> fits) {
    double goal() {
      return fits.get(fits.size() - 1);
    }

    /** The first iteration, from 1, with at least this fit; 0 if there is none. */
    int iterationsTo(double fit) {
      for (int i = 0; i < fits.size(); i++) {
        if (fits.get(i) >= fit) {
          return i + 1;
        }
      }
      return 0;
    }
  }

  private FitCurves() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 5) {
      System.err.println("usage: FitCurves MODEL OUTPUT MATRICES LAYERS RANK");
      System.exit(2);
    }
    Path output = Files.createDirectories(Path.of(arguments[1]));
    String name = arguments[2] + "-" + arguments[4];
    int rank = Integer.parseInt(arguments[4]);
    Map<String, List<Double>> iterations = new LinkedHashMap<>();
    Map<String, List<Double>> times = new LinkedHashMap<>();
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY);
        PrintWriter csv = new PrintWriter(Files.newBufferedWriter(output.resolve(name + ".csv")))) {
      csv.println("stack,rank,option,iteration,seconds,fit");
      boolean first = true;
      for (ModelStack stack : ModelStack.of(arguments[0], arguments[2], arguments[3])) {
        Map<String, Curve100> paths;
        try (TensorBlock block = stack.source().load(0, stack.source().rows(), memory)) {
          if (first) {
            solve(block, OPTIONS.get(0), rank, memory);
          }
          paths = measure(block, rank, memory);
        }
        write(csv, stack.name(), rank, paths);
        Curve100 plain = paths.get("plain");
        paths.forEach(
            (option, path) -> {
              int iteration = path.iterationsTo(plain.goal());
              double never = Double.POSITIVE_INFINITY;
              iterations
                  .computeIfAbsent(option, key -> new ArrayList<>())
                  .add(iteration == 0 ? never : iteration);
              times
                  .computeIfAbsent(option, key -> new ArrayList<>())
                  .add(
                      iteration == 0
                          ? never
                          : path.seconds().get(iteration - 1)
                              / plain.seconds().get(PLAIN_ITERATIONS - 1));
            });
        if (first) {
          draw(stack.name() + ", rank " + rank, paths, output.resolve(name).toString());
          first = false;
        }
      }
    }
    iterations.forEach(
        (option, values) ->
            System.out.printf(
                "| %s | %d | %s | %.0f | %.0f to %.0f | %.2f |%n",
                arguments[2],
                rank,
                option,
                median(values),
                values.stream().min(Double::compare).get(),
                values.stream().max(Double::compare).get(),
                median(times.get(option))));
  }

  private static Map<String, Curve100> measure(TensorBlock block, int rank, OffHeapMemory memory) {
    Map<String, Curve100> paths = new LinkedHashMap<>();
    for (Option option : OPTIONS) {
      paths.put(option.name(), solve(block, option, rank, memory));
    }
    return paths;
  }

  private static Curve100 solve(TensorBlock block, Option option, int rank, OffHeapMemory memory) {
    Curve100 path = new Curve100(new ArrayList<>(), new ArrayList<>());
    try (PanelPool pool = new PanelPool(Runtime.getRuntime().availableProcessors());
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      long start = System.nanoTime();
      new CpAls(
              new CpOptions(PLAIN_ITERATIONS, 0, option.acceleration()),
              BlasProvider.blas(),
              memory,
              (iteration, members, fit) -> {
                path.seconds().add((System.nanoTime() - start) / 1e9);
                path.fits().add(fit);
              })
          .decompose(passes, List.of(new CpMember(rank, 0, option.start())));
    }
    return path;
  }

  private static void write(PrintWriter csv, String stack, int rank, Map<String, Curve100> paths) {
    paths.forEach(
        (option, path) -> {
          for (int i = 0; i < path.fits().size(); i++) {
            csv.printf(
                "%s,%d,%s,%d,%.4f,%.6f%n",
                stack, rank, option, i + 1, path.seconds().get(i), path.fits().get(i));
          }
        });
  }

  private static void draw(String title, Map<String, Curve100> paths, String file)
      throws IOException {
    System.setProperty("java.awt.headless", "true");
    XYChart chart =
        new XYChartBuilder()
            .width(760)
            .height(460)
            .title(title)
            .xAxisTitle("seconds")
            .yAxisTitle("fit")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    // No dashes: the file would hold an outline of each, 0.7 MB for one chart.
    chart.getStyler().setPlotGridLinesVisible(false);
    double lowest = paths.get("plain").fits().get(4);
    chart.getStyler().setYAxisMin(lowest);
    paths.forEach(
        (option, path) ->
            chart
                .addSeries(option, path.seconds(), path.fits())
                .setMarker(SeriesMarkers.NONE)
                .setLineStyle(SeriesLines.SOLID));
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, file, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}

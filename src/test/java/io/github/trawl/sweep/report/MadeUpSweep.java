package io.github.trawl.sweep.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sweeps that nobody ran, with values as real ones have them: a last layer that gains, others that
 * lose, seeds that differ more than ranks, some that collapse. The same call gives the same sweep.
 */
final class MadeUpSweep {
  static final int VALIDATION = 4064;
  static final int TEST = 16257;
  private static final double UNMODIFIED = 0.2541;
  private static final double UNMODIFIED_ON_TEST = 0.2538;
  private static final int[] BLOCKS = {256, 512, 1024, 2048, VALIDATION};

  private final Random random;
  private final List<Point> points = new ArrayList<>();
  private final List<Spectrum> spectra = new ArrayList<>();
  private final boolean raced;

  private MadeUpSweep(long seed, boolean raced) {
    this.random = new Random(seed);
    this.raced = raced;
  }

  /** About 300 points of 12 layers: CP with seeds, Tucker, LASER, controls and two composed. */
  static ReportData large() {
    return large(true);
  }

  /** The same, with every point on all validation rows and the best 40 on the test rows. */
  static ReportData unraced() {
    return large(false);
  }

  private static ReportData large(boolean raced) {
    MadeUpSweep sweep = new MadeUpSweep(7, raced);
    for (int layer = 0; layer < 12; layer++) {
      sweep.grid(EditKind.TRAWL, layer, "fc", "cp", List.of(10, 40, 160, 640), 3);
      sweep.grid(EditKind.TRAWL, layer, "fc", "tucker", List.of(40, 160, 640), 1);
      sweep.spectrum(layer, "cp", 640);
      sweep.spectrum(layer, "tucker", 640);
    }
    for (int layer = 6; layer < 12; layer++) {
      sweep.grid(EditKind.LASER, layer, "fc_in", "svd", List.of(8, 77, 308), 0);
      sweep.grid(EditKind.LASER, layer, "fc_out", "svd", List.of(8, 77, 308), 0);
    }
    sweep.grid(EditKind.TRAWL, 11, "fc", "cp", List.of(1, 2, 3, 5, 8, 15, 20, 30, 50, 60, 80), 5);
    sweep.grid(EditKind.CONTROL, 11, "fc", "cp", List.of(10, 40, 160, 640), 3);
    sweep.composed("greedy 1: layer 11 fc CP 320, layer 9 fc_in SVD 77");
    sweep.composed("greedy 2: layer 11 fc CP 320, layer 9 fc_in SVD 77, layer 8 fc Tucker 160");
    return sweep.finish("bert-base, fully connected stacks", raced ? 4 : 40, failures(), true);
  }

  /** Points that all differ in rank, none raced, each with a value on both splits. */
  static ReportData ofSize(int count) {
    MadeUpSweep sweep = new MadeUpSweep(11, false);
    for (int i = 0; i < count; i++) {
      sweep.grid(
          EditKind.TRAWL, i % 32, "fc", i % 2 == 0 ? "cp" : "tucker", List.of(1 + i / 32), 1);
    }
    return sweep.finish("a large sweep", count, List.of(), true);
  }

  /** One point with one layer and one seed. */
  static ReportData single() {
    MadeUpSweep sweep = new MadeUpSweep(3, false);
    sweep.grid(EditKind.TRAWL, 11, "fc", "cp", List.of(320), 1);
    return sweep.finish("one point", 1, List.of(), true);
  }

  /** Some points done, some to come, no test rows. */
  static ReportData unfinished() {
    MadeUpSweep sweep = new MadeUpSweep(5, true);
    sweep.grid(EditKind.TRAWL, 11, "fc", "cp", List.of(10, 40, 160, 320), 2);
    Point last = sweep.points.remove(sweep.points.size() - 1);
    sweep.points.add(
        new Point(
            last.id(),
            last.label(),
            last.edit(),
            PointState.PARTIAL,
            last.relativeError(),
            sweep.measured(0.003, 512),
            OptionalDouble.empty(),
            Optional.empty(),
            List.of()));
    return sweep.finish("half way", 0, failures().subList(0, 1), false);
  }

  /** Nothing but a plan. */
  static ReportData nothing() {
    return new ReportData(
        summary("just begun", 24, false),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        "tasks: [qa-wikidata]\n",
        Map.of());
  }

  /** The unmodified model and failures. */
  static ReportData allFailed() {
    return new ReportData(
        summary("all failed", failures().size(), true),
        Optional.of(unmodified(false)),
        Optional.empty(),
        List.of(),
        failures(),
        List.of(),
        List.of(),
        List.of(),
        "tasks: [qa-wikidata]\n",
        Map.of("trawl", "0.1.0"));
  }

  static List<FailedPoint> failures() {
    return List.of(
        new FailedPoint(
            "f1",
            "layer 3 \u00b7 fc \u00b7 CP rank 1200 \u00b7 seed 0",
            "solve",
            3,
            "rank 1200 exceeds the stack's largest useful rank 768 (layer-3-fc)"),
        new FailedPoint(
            "f2",
            "layer 4 \u00b7 fc \u00b7 CP rank 640 \u00b7 seed 2",
            "scores",
            2,
            "executor lost: container killed with exit code 137; raise spark.executor.memoryOverhead"));
  }

  static SweepOverview summary(String name, int planned, boolean finished) {
    return new SweepOverview(
        name,
        "bert-base-uncased",
        "qa-wikidata",
        SelectionMetric.ACCURACY,
        "McNemar\u2019s exact test",
        VALIDATION,
        TEST,
        0.95,
        planned,
        finished,
        "27 November 2026");
  }

  static UnmodifiedResults unmodified(boolean tested) {
    return new UnmodifiedResults(
        score(UNMODIFIED, VALIDATION),
        tested ? Optional.of(score(UNMODIFIED_ON_TEST, TEST)) : Optional.empty(),
        tested ? List.of(new OtherScore("test loss", 3.412, false, TEST)) : List.of());
  }

  static Score score(double value, int examples) {
    double half = 1.96 * Math.sqrt(value * (1 - value) / examples);
    return new Score(value, Math.max(0, value - half), Math.min(1, value + half), examples);
  }

  /** A point of {@code difference} on {@code examples}, whose paired interval is narrower. */
  SplitResult measured(double difference, int examples) {
    double rounded = Math.rint(difference * examples) / examples;
    double base = examples == TEST ? UNMODIFIED_ON_TEST : UNMODIFIED;
    double value = Math.max(0, Math.rint((base + rounded) * examples) / examples);
    double error = Math.sqrt((0.02 + Math.abs(rounded)) / examples);
    double z = Math.abs(rounded) / error;
    double p = Math.min(1, 2 / (1 + Math.exp(1.5976 * z + 0.070566 * z * z * z)));
    return new SplitResult(
        score(value, examples),
        new Difference(rounded, rounded - 1.96 * error, rounded + 1.96 * error, p, examples));
  }

  private void grid(
      EditKind kind, int layer, String matrices, String method, List<Integer> ranks, int seeds) {
    for (int rank : ranks) {
      for (int seed = 0; seed < Math.max(1, seeds); seed++) {
        Edit edit =
            new Edit(
                kind,
                List.of(layer),
                matrices,
                method,
                "",
                OptionalInt.of(rank),
                seeds == 0 ? OptionalLong.empty() : OptionalLong.of(seed));
        add(label(edit), edit, truth(edit), fit(edit));
      }
    }
  }

  private static String label(Edit edit) {
    return Labels.layers(edit.layers())
        + " \u00b7 "
        + edit.matrices()
        + " \u00b7 "
        + Labels.series(edit)
        + " rank "
        + edit.rank().orElseThrow()
        + (edit.seed().isPresent() ? " \u00b7 seed " + edit.seed().getAsLong() : "");
  }

  private void composed(String label) {
    Edit edit =
        new Edit(
            EditKind.COMPOSED,
            List.of(8, 9, 11),
            "fc",
            "several",
            "",
            OptionalInt.empty(),
            OptionalLong.empty());
    add(label, edit, 0.018 + 0.004 * random.nextGaussian(), OptionalDouble.empty());
  }

  private void add(String label, Edit edit, double truth, OptionalDouble fit) {
    int seen = VALIDATION;
    for (int i = 0; raced && i < BLOCKS.length - 1; i++) {
      if (truth + 0.3 * random.nextGaussian() / Math.sqrt(BLOCKS[i]) < -0.012) {
        seen = BLOCKS[i];
        break;
      }
    }
    double luck = 0.14 * random.nextGaussian() / Math.sqrt(seen);
    points.add(
        new Point(
            String.format("%08x", points.size() * 0x9e3779b1),
            label,
            edit,
            seen == VALIDATION ? PointState.COMPLETE : PointState.PRUNED,
            fit.isPresent() ? OptionalDouble.of(1 - fit.getAsDouble()) : OptionalDouble.empty(),
            measured(truth + luck, seen),
            OptionalDouble.empty(),
            Optional.empty(),
            List.of()));
  }

  private double truth(Edit edit) {
    int layer = edit.layers().get(0);
    double rank = edit.rank().orElseThrow();
    if (edit.kind() == EditKind.CONTROL) {
      return -0.01 + 0.01 * random.nextGaussian();
    }
    double gain =
        layer == 11
            ? 0.004 + 0.004 * Math.log10(rank) + 0.006 * random.nextGaussian()
            : -0.004
                - 0.0035 * (11 - layer) / Math.log10(rank + 10)
                + 0.003 * random.nextGaussian();
    boolean collapses = edit.method().equals("cp") && rank < 30 && random.nextInt(7) == 0;
    return collapses ? -0.14 + 0.04 * random.nextGaussian() : gain;
  }

  private OptionalDouble fit(Edit edit) {
    double share = Math.min(1, edit.rank().orElseThrow() / 1000.0);
    double power = edit.method().equals("svd") ? 0.6 : 0.75;
    return OptionalDouble.of(
        Math.min(0.99, Math.pow(share, power) * 0.6 + 0.01 + 0.002 * random.nextDouble()));
  }

  private void spectrum(int layer, String method, int rank) {
    double steepness = 0.3 + 0.05 * layer + (method.equals("cp") ? 0.1 : 0);
    List<Double> values =
        IntStream.rangeClosed(1, rank)
            .mapToObj(i -> 40 * Math.pow(i, -steepness) * Math.exp(-i / 500.0))
            .toList();
    spectra.add(
        new Spectrum(
            "layer " + layer + ", fc",
            method,
            rank,
            switch (method) {
              case "cp" -> "component weights";
              case "tucker" -> "norms of core slices";
              default -> "singular values";
            },
            values));
  }

  private ReportData finish(String name, int tested, List<FailedPoint> failed, boolean finished) {
    List<Integer> order =
        IntStream.range(0, points.size())
            .filter(i -> points.get(i).complete())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -points.get(i).validation().score().value()))
            .toList();
    for (int place = 0; place < order.size(); place++) {
      Point point = points.get(order.get(place));
      double truth = 0.75 * point.validation().difference().value();
      double p = point.validation().difference().pValue();
      points.set(
          order.get(place),
          new Point(
              point.id(),
              point.label(),
              point.edit(),
              point.state(),
              point.relativeError(),
              point.validation(),
              OptionalDouble.of(Math.min(1, p * order.size() / 3)),
              place < tested ? Optional.of(measured(truth, TEST)) : Optional.empty(),
              place < tested
                  ? List.of(new OtherScore("test loss", 3.412 - 4 * truth, false, TEST))
                  : List.of()));
    }
    int planned = points.size() + failed.size() + (finished ? 0 : 12);
    Set<String> close =
        order.stream().limit(9).map(i -> points.get(i).id()).collect(Collectors.toSet());
    String best = points.get(order.get(0)).id();
    Selection selection =
        new Selection(
            best,
            Optional.of(order.size() > 4 ? points.get(order.get(4)).id() : best),
            close,
            points.size(),
            order.size());
    return new ReportData(
        summary(name, planned, finished),
        Optional.of(unmodified(tested > 0)),
        Optional.of(selection),
        points,
        failed,
        spectra,
        raced ? race() : List.of(),
        costs(),
        CONFIGURATION,
        versions());
  }

  private List<RaceRoundCounts> race() {
    List<RaceRoundCounts> blocks = new ArrayList<>();
    int entered = points.size();
    for (int examples : BLOCKS) {
      int survived =
          (int)
              points.stream()
                  .filter(
                      point -> point.complete() || point.validation().score().examples() > examples)
                  .count();
      blocks.add(new RaceRoundCounts(examples, entered, survived));
      entered = survived;
    }
    return blocks;
  }

  private static List<CostStep> costs() {
    return List.of(
        new CostStep("read slices", 24, 31.4, OptionalLong.of(453_000_000), OptionalLong.empty()),
        new CostStep(
            "solve CP", 92, 4210, OptionalLong.of(226_000_000), OptionalLong.of(612_000_000)),
        new CostStep(
            "solve Tucker", 36, 812, OptionalLong.of(226_000_000), OptionalLong.of(98_000_000)),
        new CostStep(
            "solve SVD", 12, 96, OptionalLong.of(113_000_000), OptionalLong.of(41_000_000)),
        new CostStep(
            "validation", 873, 9850, OptionalLong.of(1_310_000_000), OptionalLong.of(7_200_000)),
        new CostStep("test", 5, 402, OptionalLong.of(440_000_000), OptionalLong.of(900_000)));
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("trawl", "0.1.0");
    versions.put("spark", "4.2.0");
    versions.put("numerics", "3");
    versions.put(
        "model digest", "9f2c51c07b1c36aa0de1f3b1f1a0d6d2c1f6c5a7e1b97c1e34a7a5d1f0a42e77");
    return versions;
  }

  private static final String CONFIGURATION =
      """
      model: bert-base-uncased
      tasks: [qa-wikidata]
      validation: 0.2
      grid:
        - strategy: layer
          matrices: [fc]
          layers: all
          method: [cp, tucker]
          rank: [10, 40, 160, 640]
          seeds: 3
        - strategy: laser
          matrices: [fc_in, fc_out]
          layers: last:6
      screen: race
      """;
}

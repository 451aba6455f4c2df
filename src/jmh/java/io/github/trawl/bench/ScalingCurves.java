package io.github.trawl.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Seconds of an iteration against the rank and against the size of the tensor. */
final class ScalingCurves {
  static final String BY_RANK = "iteration-by-rank";
  static final String BY_SIZE = "iteration-by-size";
  private static final int RANK = 64;

  private final Setting setting;

  ScalingCurves(Setting setting) {
    this.setting = setting;
  }

  List<Curve> measure() throws IOException {
    List<Point> ranks = new ArrayList<>();
    TensorFile layer = setting.random(2, 768, 3072);
    for (int rank : setting.quick() ? new int[] {8, 64} : new int[] {8, 32, 64, 128, 256, 512}) {
      ranks.add(new Point(layer, rank, rank));
    }
    List<Point> sizes = new ArrayList<>();
    sizes.add(size(setting.random(2, 384, 768)));
    sizes.add(size(layer));
    if (!setting.quick()) {
      sizes.add(size(setting.random(4, 2048, 2048)));
      sizes.add(size(setting.random(8, 2048, 4096)));
    }
    List<Curve> curves = new ArrayList<>();
    for (Side side : Side.values()) {
      add(curves, side, BY_RANK, ranks);
      add(curves, side, BY_SIZE, sizes);
    }
    return curves;
  }

  private static Point size(TensorFile tensor) {
    return new Point(tensor, RANK, tensor.bytes() / 1048576.0);
  }

  private void add(List<Curve> curves, Side side, String chart, List<Point> points)
      throws IOException {
    List<Double> x = new ArrayList<>();
    List<Double> seconds = new ArrayList<>();
    for (Point point : points) {
      long needed =
          side == Side.TENSORLY
              ? TensorLyMemory.bytes(point.tensor(), point.rank())
              : 8 * point.tensor().bytes();
      if (side != Side.OURS && !setting.obstacle(needed).isEmpty()) {
        continue;
      }
      x.add(point.x());
      seconds.add(measure(side, point).seconds().median());
    }
    if (!x.isEmpty()) {
      curves.add(
          new Curve(
              chart,
              side.title,
              x.stream().mapToDouble(Double::doubleValue).toArray(),
              seconds.stream().mapToDouble(Double::doubleValue).toArray()));
    }
  }

  private Measured measure(Side side, Point point) throws IOException {
    TensorFile tensor = point.tensor();
    return switch (side) {
      case OURS -> setting.processes().ours("1g", tensor.arguments("cp", point.rank(), 10));
      case NUMPY -> setting.processes().peer(tensor.arguments("numpy-cp", point.rank(), 5));
      case TENSORLY -> setting.processes().peer(tensor.arguments("tensorly-cp", point.rank(), 2));
    };
  }

  private record Point(TensorFile tensor, int rank, double x) {}

  private enum Side {
    TENSORLY("TensorLy 0.9 parafac"),
    NUMPY("numpy, two passes"),
    OURS("Trawl");

    private final String title;

    Side(String title) {
      this.title = title;
    }
  }
}

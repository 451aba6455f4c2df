package io.github.trawl.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The truncated SVD beside LAPACK's and a randomised one, with the error of each. */
final class SvdComparison implements Comparison {
  @Override
  public List<Row> measure(Setting setting) throws IOException {
    List<Row> rows = new ArrayList<>();
    rows.addAll(measure(setting, setting.random(1, 768, 3072), setting.quick() ? 3 : 7));
    if (!setting.quick()) {
      rows.addAll(measure(setting, setting.random(1, 2048, 2048), 2));
    }
    return rows;
  }

  /** At a tenth of the full rank. */
  private static List<Row> measure(Setting setting, TensorFile matrix, int repetitions)
      throws IOException {
    int rank = Math.min(matrix.rows(), matrix.columns()) / 10;
    List<Row> rows = new ArrayList<>();
    for (String peer : List.of("lapack-svd", "randomised-svd")) {
      String what = "SVD of %d x %d, rank %d".formatted(matrix.rows(), matrix.columns(), rank);
      String name = peer.equals("lapack-svd") ? "LAPACK gesdd in numpy" : "TensorLy, randomised";
      String obstacle = setting.obstacle(1L << 30);
      if (!obstacle.isEmpty()) {
        rows.add(Row.leftOut("svd", what, name, obstacle));
        continue;
      }
      Measured ours =
          setting.processes().ours("512m", matrix.arguments("svd", rank, 2 * repetitions));
      Measured theirs = setting.processes().peer(matrix.arguments(peer, rank, repetitions));
      Row row = Row.seconds("svd", what, name, ours.seconds(), theirs.seconds());
      rows.add(
          (peer.equals("lapack-svd") ? row.atLeast(1) : row)
              .note(
                  String.format(
                      Locale.ROOT, "error %.5f, theirs %.5f", ours.error(), theirs.error())));
    }
    return rows;
  }
}

package io.github.trawl.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The truncated SVD beside LAPACK's and a randomised one, with the error of each. */
final class SvdComparison implements Comparison {
  private static final int RANK = 76;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    TensorFile matrix = setting.random(1, 768, 3072);
    List<Row> rows = new ArrayList<>();
    int repetitions = setting.quick() ? 3 : 7;
    for (String peer : List.of("lapack-svd", "randomised-svd")) {
      String what = "SVD of 768 x 3072, rank " + RANK;
      String name = peer.equals("lapack-svd") ? "LAPACK gesdd in numpy" : "TensorLy, randomised";
      String obstacle = setting.obstacle(1L << 30);
      if (!obstacle.isEmpty()) {
        rows.add(Row.leftOut("svd", what, name, obstacle));
        continue;
      }
      Measured ours =
          setting.processes().ours("512m", matrix.arguments("svd", RANK, 2 * repetitions));
      Measured theirs = setting.processes().peer(matrix.arguments(peer, RANK, repetitions));
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

package io.github.trawl.decomposition;

import java.util.List;

/** Sums of the results of panels, always in panel order, so that the bits are reproducible. */
public final class Sums {
  private Sums() {}

  /**
   * Returns for each member the element-wise sum of its matrices, given as {@code
   * parts[panel][member]}.
   */
  public static double[][] of(List<double[][]> parts) {
    double[][] sum = new double[parts.get(0).length][];
    for (int member = 0; member < sum.length; member++) {
      sum[member] = new double[parts.get(0)[member].length];
      for (double[][] part : parts) {
        add(sum[member], part[member]);
      }
    }
    return sum;
  }

  /** The sums over panels of rows. */
  public static CpKernels.RowSums ofRows(List<CpKernels.RowSums> parts) {
    double[] sliceMttkrp = new double[parts.get(0).sliceMttkrp().length];
    double[] inner = new double[parts.get(0).inner().length];
    for (CpKernels.RowSums part : parts) {
      add(sliceMttkrp, part.sliceMttkrp());
      add(inner, part.inner());
    }
    return new CpKernels.RowSums(
        of(parts.stream().map(CpKernels.RowSums::grams).toList()), sliceMttkrp, inner);
  }

  private static void add(double[] sum, double[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
  }
}

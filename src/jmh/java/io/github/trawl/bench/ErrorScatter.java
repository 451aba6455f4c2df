package io.github.trawl.bench;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.Arrays;
import java.util.List;

/**
 * How far the relative error that CP-ALS computes scatters around a smooth curve: {@code
 * ErrorScatter MODEL MATRICES LAYERS RANKS}. No tolerance below the scatter means anything.
 */
final class ErrorScatter {
  private static final int ITERATIONS = 100;
  private static final int MEASURED = 50;
  private static final long MEMORY = 4L << 30;

  private ErrorScatter() {}

  public static void main(String[] arguments) {
    if (arguments.length != 4) {
      System.err.println("usage: ErrorScatter MODEL MATRICES LAYERS RANKS");
      System.exit(2);
    }
    List<CpMember> members =
        Arrays.stream(arguments[3].split(",", -1))
            .map(rank -> new CpMember(Integer.parseInt(rank), 0))
            .toList();
    System.out.println("| stack | rank | error | scatter | median change |");
    System.out.println("|---|---:|---:|---:|---:|");
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY)) {
      for (ModelStack stack : ModelStack.of(arguments[0], arguments[1], arguments[2])) {
        try (TensorBlock block = stack.source().load(0, stack.source().rows(), memory)) {
          List<Decomposition> results = solve(block, members, memory);
          for (int member = 0; member < members.size(); member++) {
            double[] errors = results.get(member).errors();
            System.out.printf(
                "| %s | %d | %.7f | %.1e | %.1e |%n",
                stack.name(),
                members.get(member).rank(),
                errors[ITERATIONS - 1],
                scatter(errors),
                medianChange(errors));
          }
        }
      }
    }
  }

  private static List<Decomposition> solve(
      TensorBlock block, List<CpMember> members, OffHeapMemory memory) {
    try (PanelPool pool = new PanelPool(Runtime.getRuntime().availableProcessors());
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return new CpAls(
              new CpOptions(ITERATIONS, 0), BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, members);
    }
  }

  /** From fourth differences, which take a smooth curve away and multiply scatter by √70. */
  private static double scatter(double[] errors) {
    double sum = 0;
    for (int i = errors.length - MEASURED; i < errors.length; i++) {
      double difference =
          errors[i] - 4 * errors[i - 1] + 6 * errors[i - 2] - 4 * errors[i - 3] + errors[i - 4];
      sum += difference * difference;
    }
    return Math.sqrt(sum / MEASURED / 70);
  }

  private static double medianChange(double[] errors) {
    double[] changes = new double[MEASURED];
    for (int i = 0; i < MEASURED; i++) {
      int later = errors.length - 1 - i;
      changes[i] = Math.abs(errors[later] - errors[later - 1]);
    }
    Arrays.sort(changes);
    return changes[MEASURED / 2];
  }
}

package io.github.trawl.linalg;

import java.io.Serializable;
import java.util.Comparator;

/**
 * The BLAS library and the type of processor that a process computes with. Results have the same
 * bits only where both are the same: a BLAS chooses its instructions, and so the order of its sums,
 * by the type of the processor.
 *
 * @param blas name and version of the BLAS
 * @param cpu type of the processor
 */
public record Arithmetic(String blas, String cpu) implements Serializable, Comparable<Arithmetic> {
  private static final Comparator<Arithmetic> ORDER =
      Comparator.comparing(Arithmetic::blas).thenComparing(Arithmetic::cpu);

  /** Returns the library and processor of this process. */
  public static Arithmetic ofThisProcess() {
    return new Arithmetic(BlasProvider.blas().name(), CpuType.ofThisMachine());
  }

  @Override
  public int compareTo(Arithmetic other) {
    return ORDER.compare(this, other);
  }
}

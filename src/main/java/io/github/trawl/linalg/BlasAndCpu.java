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
public record BlasAndCpu(String blas, String cpu) implements Serializable, Comparable<BlasAndCpu> {
  private static final Comparator<BlasAndCpu> ORDER =
      Comparator.comparing(BlasAndCpu::blas).thenComparing(BlasAndCpu::cpu);

  /** Returns the library and processor of this process. */
  public static BlasAndCpu ofThisProcess() {
    return new BlasAndCpu(BlasProvider.blas().name(), CpuType.ofThisMachine());
  }

  @Override
  public int compareTo(BlasAndCpu other) {
    return ORDER.compare(this, other);
  }
}

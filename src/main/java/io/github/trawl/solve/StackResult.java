package io.github.trawl.solve;

import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.linalg.BlasAndCpu;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * The outcome of a solved stack, without its factors.
 *
 * @param stack the name of the stack
 * @param members the decompositions, at least one
 * @param seconds the time from reading the weights to the written factors
 * @param factors the file that holds the factors
 * @param arithmetic the BLAS and processor of each process that took part
 */
public record StackResult(
    String stack,
    List<MemberResult> members,
    double seconds,
    WrittenFile factors,
    Set<BlasAndCpu> arithmetic)
    implements Serializable {
  /** Copies the collections. */
  public StackResult {
    members = List.copyOf(members);
    arithmetic = Set.copyOf(arithmetic);
  }

  /** The largest fit among the members. */
  public double bestFit() {
    return members.stream().mapToDouble(MemberResult::fit).max().orElse(0);
  }
}

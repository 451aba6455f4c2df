package io.github.trawl.denoise;

import java.io.Serializable;
import java.util.List;

/**
 * What is known of a solved stack, without its factors.
 *
 * @param stack its name
 * @param members what was made of it, at least one
 * @param seconds from reading the weights to the written factors
 * @param factorFile name of the file that holds the factors
 * @param blas what did the arithmetic
 */
record StackResult(
    String stack, List<MemberResult> members, double seconds, String factorFile, String blas)
    implements Serializable {
  StackResult {
    members = List.copyOf(members);
  }

  /** The largest fit among the members. */
  double bestFit() {
    return members.stream().mapToDouble(MemberResult::fit).max().orElse(0);
  }
}

package io.github.trawl.solve;

import io.github.trawl.Numerics;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.MemberSpec;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.FactorSet;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the content of the factor file of a solved tensor. */
public final class SolvedFactors {
  private SolvedFactors() {}

  /**
   * Returns the factors, together with the {@linkplain Numerics#VERSION version of the arithmetic}
   * and the options that produced them.
   *
   * @param name of the tensor
   * @param slices a label for each slice
   * @param solved the decompositions in the order of the members of {@code options}
   */
  public static FactorSet of(
      String name,
      List<String> slices,
      TensorShape shape,
      DecompositionOptions options,
      List<Decomposition> solved) {
    List<FactorMember> members = new ArrayList<>();
    for (MemberSpec member : options.members(shape)) {
      Decomposition decomposition = solved.get(members.size());
      members.add(
          new FactorMember(
              member.name(),
              member.rank(),
              member.seed(),
              decomposition.fit(),
              decomposition.iterations(),
              decomposition.reason().name()));
    }
    boolean nested = options.method().isNested();
    // The decompositions of a nested method all hold the same tensor.
    List<LowRankTensor> tensors = solved.stream().map(Decomposition::tensor).toList();
    return new FactorSet(
        name,
        slices,
        nested,
        members,
        nested ? tensors.subList(0, 1) : tensors,
        provenance(options));
  }

  private static Map<String, String> provenance(DecompositionOptions options) {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("numerics", Integer.toString(Numerics.VERSION));
    provenance.put("method", options.method().key());
    provenance.put("start", options.start().name().toLowerCase(Locale.ROOT));
    provenance.put("acceleration", options.acceleration().name().toLowerCase(Locale.ROOT));
    provenance.put("max_iterations", Integer.toString(options.maxIterations()));
    provenance.put("tolerance", Double.toString(options.tolerance()));
    return provenance;
  }
}

package io.github.trawl.factors;

import io.github.trawl.tensor.LowRankTensor;
import java.util.List;
import java.util.function.Predicate;

/**
 * Lists the codecs of all forms of tensors that factor files hold. A new form takes a codec and an
 * entry here.
 */
final class FactorCodecs {
  private static final List<FactorCodec> ALL = List.of(new KruskalCodec(), new TuckerCodec());

  private FactorCodecs() {}

  static FactorCodec of(LowRankTensor tensor) {
    return find(codec -> codec.encodes(tensor), tensor.getClass().getName());
  }

  /**
   * The codec whose {@link FactorCodec#kind} is {@code kind}.
   *
   * @throws IllegalArgumentException if there is none
   */
  static FactorCodec of(String kind) {
    return find(codec -> codec.kind().equals(kind), "kind " + kind);
  }

  private static FactorCodec find(Predicate<FactorCodec> condition, String what) {
    return ALL.stream()
        .filter(condition)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("factors of " + what + " are not known"));
  }
}

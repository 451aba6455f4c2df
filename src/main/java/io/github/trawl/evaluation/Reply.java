package io.github.trawl.evaluation;

import io.github.trawl.TrawlException;
import java.io.Serializable;
import java.util.List;

/**
 * The answers of a candidate to some questions, or its failure.
 *
 * @param answers the answers in the order of the questions; empty if the candidate failed
 * @param failure the reason of the failure; null if there are answers
 * @param <A> the type of an answer
 */
record Reply<A extends Serializable>(List<A> answers, TrawlException failure)
    implements Serializable {
  static <A extends Serializable> Reply<A> of(List<A> answers) {
    return new Reply<>(answers, null);
  }

  static <A extends Serializable> Reply<A> failed(TrawlException failure) {
    // The causes are left out: an exception of any library need not be serialisable.
    return new Reply<>(List.of(), new TrawlException(failure.category(), failure.getMessage()));
  }
}

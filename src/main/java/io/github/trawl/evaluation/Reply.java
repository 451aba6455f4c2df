package io.github.trawl.evaluation;

import io.github.trawl.TrawlException;
import java.io.Serializable;
import java.util.List;

/**
 * What a candidate answered to some questions.
 *
 * @param answers in the order of the questions; empty if it failed
 * @param failure why it has no answers; null if it has
 */
record Reply<A extends Serializable>(List<A> answers, TrawlException failure)
    implements Serializable {
  static <A extends Serializable> Reply<A> of(List<A> answers) {
    return new Reply<>(answers, null);
  }

  static <A extends Serializable> Reply<A> failed(TrawlException failure) {
    // What led to it, of any library, need not be serialisable.
    return new Reply<>(List.of(), new TrawlException(failure.category(), failure.getMessage()));
  }
}

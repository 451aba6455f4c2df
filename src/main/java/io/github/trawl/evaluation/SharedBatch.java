package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.LayerPart;
import io.github.trawl.evaluation.model.Stop;
import java.util.List;

/**
 * A batch's hidden states, which the unmodified model has computed, and from which candidates go
 * on.
 *
 * @param limit the most bytes that the states may take; not less than they take at the input of the
 *     first layer, where they can always be kept
 */
record SharedBatch(BatchState states, long limit) implements AutoCloseable {
  /**
   * Returns a batch at the input of the first layer.
   *
   * @param room the bytes of memory that there are for its states; it may be negative
   */
  static SharedBatch started(BatchState states, long room) {
    return new SharedBatch(states, Math.max(room, states.bytes(states.stop())));
  }

  /** Returns the last stop up to {@code wanted} at which the states fit the limit. */
  private Stop fitting(Stop wanted) {
    Stop stop = wanted;
    while (stop.compareTo(states.stop()) > 0 && states.bytes(stop) > limit) {
      stop = stop.previous();
    }
    return stop;
  }

  /**
   * Returns the stop to which the batch is advanced for a candidate that begins to differ at {@code
   * own}.
   *
   * <p>In a layer that computes attention and feed-forward network in parallel, states at the
   * attention's stops include the output of the unmodified feed-forward network, so a candidate
   * that changes this network must not start from them. It starts from the input of the layer, or
   * if the batch is past the input, after the attention, even where the limit is exceeded.
   *
   * @param reused whether the states at {@code own} serve another candidate, too, which begins to
   *     differ there or later; if not, the batch is not advanced unless it must be
   */
  Stop startFor(Stop own, boolean reused) {
    Stop stop = reused ? fitting(own) : states.stop();
    if (own.layer() != stop.layer() || !own.isAfterAttention() || !stop.isInAttention()) {
      return stop;
    }
    Stop input = Stop.before(own.layer());
    return states.stop().compareTo(input) <= 0
        ? input
        : new Stop(own.layer(), LayerPart.FEED_FORWARD);
  }

  /**
   * Returns the most bytes that the states take now and when the batch is advanced towards each
   * stop of {@code wanted} as far as the limit allows.
   */
  long bytes(List<Stop> wanted) {
    return wanted.stream()
        .mapToLong(stop -> states.bytes(fitting(stop)))
        .reduce(states.bytes(states.stop()), Math::max);
  }

  /** Returns the batch at {@code stop} and closes this one, or this one if it is there already. */
  SharedBatch advanced(LanguageModel model, Stop stop) {
    if (stop.compareTo(states.stop()) <= 0) {
      return this;
    }
    try (BatchState earlier = states) {
      return new SharedBatch(model.advance(earlier, stop), limit);
    }
  }

  @Override
  public void close() {
    states.close();
  }
}

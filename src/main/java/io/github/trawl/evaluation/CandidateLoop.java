package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Prefix;
import io.github.trawl.evaluation.model.Stop;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every candidate all batches, and runs once what several candidates share.
 *
 * <p>Candidates take turns in the order of the stops at which they begin to differ from the
 * unmodified model. That computes the states of the batches up to such a stop, going on from the
 * one before; all candidates that begin to differ there start from these states. As many batches as
 * fit the memory go through all candidates before the next do, so that a candidate's weights are
 * put in once for all of them.
 *
 * <p>States take different memory at different stops; prompts add keys and values from layer to
 * layer. A batch whose states would exceed the memory by themselves at some stop is kept at an
 * earlier one, and the candidates that start later run the parts in between for themselves.
 */
final class CandidateLoop<Q extends Serializable, A extends Serializable> {
  private static final Logger LOG = LoggerFactory.getLogger(CandidateLoop.class);

  private final LanguageModel model;
  private final EditedModel edited;
  private final WorkUnit.Runner<Q, A> runner;

  /** Where each candidate begins to differ, in the order of the candidates. */
  private final List<Stop> stops;

  /** The candidates' numbers, by rising stop. */
  private final int[] order;

  CandidateLoop(LanguageModel model, EditedModel edited, WorkUnit.Runner<Q, A> runner) {
    this.model = model;
    this.edited = edited;
    this.runner = runner;
    this.stops = edited.candidates().stream().map(edited::firstOwn).toList();
    this.order =
        IntStream.range(0, stops.size())
            .boxed()
            .sorted(Comparator.comparing(stops::get))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /**
   * The states of a batch.
   *
   * @param limit the most bytes that they may take
   */
  private record Carried(Prefix states, long limit) {
    /** The last stop up to {@code wanted} at which they fit. */
    Stop fitting(Stop wanted) {
      Stop stop = wanted;
      while (stop.compareTo(states.stop()) > 0 && states.bytes(stop) > limit) {
        stop = stop.previous();
      }
      return stop;
    }

    /** The most bytes of all stops that are wanted. */
    long bytes(List<Stop> wanted) {
      return wanted.stream()
          .mapToLong(stop -> states.bytes(fitting(stop)))
          .reduce(states.bytes(states.stop()), Math::max);
    }
  }

  /**
   * Returns for each candidate the answers to the questions, batch after batch, or why it failed;
   * it is asked no more then.
   */
  List<Reply<A>> ask(List<Batch<Q>> batches) {
    List<Reply<A>> replies = new ArrayList<>();
    edited.candidates().forEach(candidate -> replies.add(Reply.of(new ArrayList<>())));
    List<Stop> shared = shared();
    int next = 0;
    while (next < batches.size()) {
      List<Carried> group = new ArrayList<>();
      try {
        long bytes = 0;
        do {
          Carried batch = start(batches.get(next++).questions());
          group.add(batch);
          bytes += batch.bytes(shared);
        } while (next < batches.size() && bytes + bytes / group.size() <= edited.prefixBytes());
        ask(group, shared, replies);
      } finally {
        group.forEach(batch -> batch.states().close());
      }
    }
    return replies;
  }

  private Carried start(List<Q> questions) {
    Prefix states = runner.start(model, questions);
    return new Carried(states, Math.max(edited.prefixBytes(), states.bytes(states.stop())));
  }

  /**
   * Returns the stops that more than one candidate starts from or passes: not that of the last
   * candidate, since states there would serve it alone.
   */
  private List<Stop> shared() {
    return IntStream.range(0, order.length - 1)
        .mapToObj(turn -> stops.get(order[turn]))
        .distinct()
        .toList();
  }

  private void ask(List<Carried> group, List<Stop> shared, List<Reply<A>> replies) {
    for (int number : order) {
      if (replies.get(number).failure() != null) {
        continue;
      }
      Candidate candidate = edited.candidates().get(number);
      Stop stop = stops.get(number);
      if (shared.contains(stop)) {
        group.replaceAll(batch -> advanced(batch, batch.fitting(stop)));
      }
      List<A> own = replies.get(number).answers();
      try {
        edited.as(
            candidate,
            () -> group.forEach(batch -> own.addAll(runner.finish(model, batch.states()))));
      } catch (FailedCandidateException e) {
        LOG.warn("{} failed, the other candidates go on", candidate.name(), e);
        replies.set(number, Reply.failed(e.reason()));
      }
    }
  }

  private Carried advanced(Carried batch, Stop stop) {
    if (stop.compareTo(batch.states().stop()) <= 0) {
      return batch;
    }
    try (Prefix earlier = batch.states()) {
      return new Carried(model.advance(earlier, stop), batch.limit());
    }
  }
}

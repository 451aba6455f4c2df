package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Stop;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every candidate the questions of all batches, and computes once the layers that several
 * candidates share with the unmodified model.
 *
 * <p>Candidates are asked in the order of the {@link Stop} at which each begins to differ from the
 * unmodified model. At each such stop, the unmodified model first advances the batches' hidden
 * states from the previous stop to this one; every candidate that begins to differ here then starts
 * from these states. A group of as many batches as fit {@link EditedModel#stateBudgetBytes} goes
 * through all candidates before the next group, so that a candidate's weights are written into the
 * model once for the whole group.
 *
 * <p>The memory of a batch's states depends on the stop; for prompts, each layer adds keys and
 * values. A batch whose states alone would exceed the budget at some stop is kept at an earlier
 * one, from which each later candidate runs the parts in between again.
 *
 * <p>With a streamed model, a candidate takes all batches of a group through a layer before the
 * next layer, so that each layer is read once.
 */
final class CandidateLoop<Q extends Serializable, A extends Serializable> {
  private static final Logger LOG = LoggerFactory.getLogger(CandidateLoop.class);

  private final LanguageModel model;
  private final EditedModel edited;
  private final WorkUnit.Runner<Q, A> runner;

  /**
   * The stop at which each candidate begins to differ from the unmodified model, in the order of
   * the candidates.
   */
  private final List<Stop> stops;

  /** The indices of the candidates, sorted by their stops. */
  private final int[] order;

  CandidateLoop(LanguageModel model, EditedModel edited, WorkUnit.Runner<Q, A> runner) {
    this.model = model;
    this.edited = edited;
    this.runner = runner;
    this.stops = edited.candidates().stream().map(edited::divergenceStop).toList();
    this.order =
        IntStream.range(0, stops.size())
            .boxed()
            .sorted(Comparator.comparing(stops::get))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /**
   * Returns for each candidate its answers to the questions of all batches, in their order, or its
   * failure. A candidate that has failed gets no further questions.
   */
  List<Reply<A>> ask(List<Batch<Q>> batches) {
    List<Reply<A>> replies = new ArrayList<>();
    edited.candidates().forEach(candidate -> replies.add(Reply.of(new ArrayList<>())));
    List<Stop> shared = shared();
    int next = 0;
    while (next < batches.size()) {
      List<SharedBatch> group = new ArrayList<>();
      try {
        long bytes = 0;
        do {
          SharedBatch batch = start(batches.get(next++).questions());
          group.add(batch);
          bytes += bytes(batch, shared);
          // Supposes that the next batch takes as many bytes as those of the group on average.
        } while (next < batches.size()
            && bytes + bytes / group.size() <= edited.stateBudgetBytes());
        ask(group, shared, replies);
      } finally {
        group.forEach(SharedBatch::close);
      }
    }
    return replies;
  }

  /** Returns the most bytes of a batch, with {@link #bytesToFinish}. */
  private long bytes(SharedBatch batch, List<Stop> shared) {
    return batch.bytes(shared) + bytesToFinish(batch.states());
  }

  /**
   * Returns what finishing a batch takes of the budget for states. If the model is streamed, all
   * batches of a group are finished together, so it is counted for each. If all weights are in
   * memory, they are finished one by one, and the budget is what the largest of them leaves.
   */
  private long bytesToFinish(BatchState states) {
    return edited.streamed() ? runner.bytesToFinish(states) : 0;
  }

  private SharedBatch start(List<Q> questions) {
    BatchState states = runner.start(model, questions);
    return SharedBatch.started(states, edited.stateBudgetBytes() - bytesToFinish(states));
  }

  /**
   * Returns the stops to which states are advanced: those of all candidates but the last. States at
   * the last candidate's stop would serve that candidate alone.
   */
  private List<Stop> shared() {
    return IntStream.range(0, order.length - 1)
        .mapToObj(i -> stops.get(order[i]))
        .distinct()
        .toList();
  }

  private void ask(List<SharedBatch> group, List<Stop> shared, List<Reply<A>> replies) {
    for (int number : order) {
      if (replies.get(number).failure() != null) {
        continue;
      }
      Candidate candidate = edited.candidates().get(number);
      Stop stop = stops.get(number);
      boolean reused = shared.contains(stop);
      advance(group, stop, reused);
      List<A> own = replies.get(number).answers();
      try {
        edited.runWith(candidate, () -> finish(group, own));
      } catch (FailedCandidateException e) {
        LOG.warn("{} failed, the other candidates go on", candidate.name(), e);
        replies.set(number, Reply.failed(e.reason()));
      }
    }
  }

  private void finish(List<SharedBatch> group, List<A> answers) {
    List<BatchState> batches = group.stream().map(SharedBatch::states).toList();
    runner.finish(model, batches, edited.streamed()).forEach(answers::addAll);
  }

  /**
   * Advances all batches for a candidate that begins to differ at {@code own}; if the model is
   * streamed, all of them through a layer before the next, so that each layer is read once.
   */
  private void advance(List<SharedBatch> group, Stop own, boolean reused) {
    List<Stop> targets = group.stream().map(batch -> batch.startFor(own, reused)).toList();
    for (int layer = 1; edited.streamed() && layer <= own.layer(); layer++) {
      Stop input = Stop.before(layer);
      for (int i = 0; i < group.size(); i++) {
        if (input.compareTo(targets.get(i)) < 0) {
          group.set(i, group.get(i).advanced(model, input));
        }
      }
    }
    for (int i = 0; i < group.size(); i++) {
      group.set(i, group.get(i).advanced(model, targets.get(i)));
    }
  }
}

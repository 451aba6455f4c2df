package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Prefix;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every candidate all batches, and runs layers that several candidates share only once.
 *
 * <p>Candidates come in the order of their first changed layer. The unmodified model computes the
 * hidden states of the batches up to the first layer that candidates change, going on from where
 * the candidates before began; all candidates with that first changed layer start from these
 * states. As many batches as fit the memory go through all candidates before the next do, so that a
 * candidate's weights are put in once for all of them.
 *
 * <p>The states of a batch may grow from layer to layer, as prompts add keys and values. A batch
 * whose states would exceed the memory by themselves at some layer is kept at the layer before, and
 * the candidates that start later run the layers in between for themselves.
 */
final class CandidateLoop<Q extends Serializable, A extends Serializable> {
  private static final Logger LOG = LoggerFactory.getLogger(CandidateLoop.class);

  private final LanguageModel model;
  private final EditedModel edited;
  private final WorkUnit.Runner<Q, A> runner;

  CandidateLoop(LanguageModel model, EditedModel edited, WorkUnit.Runner<Q, A> runner) {
    this.model = model;
    this.edited = edited;
    this.runner = runner;
  }

  /** The hidden states of a batch, and the last layer that they may be advanced to. */
  private record Carried(Prefix states, int furthest) {
    long bytes() {
      return states.bytes(furthest);
    }
  }

  /**
   * Returns for each candidate the answers to the questions, batch after batch, or why it failed;
   * it is asked no more then.
   */
  List<Reply<A>> ask(List<Batch<Q>> batches) {
    List<Reply<A>> replies = new ArrayList<>();
    edited.candidates().forEach(candidate -> replies.add(Reply.of(new ArrayList<>())));
    int next = 0;
    while (next < batches.size()) {
      List<Carried> group = new ArrayList<>();
      try {
        long bytes = 0;
        do {
          Carried batch = start(batches.get(next++).questions());
          group.add(batch);
          bytes += batch.bytes();
        } while (next < batches.size() && bytes + bytes / group.size() <= edited.prefixBytes());
        ask(group, replies);
      } finally {
        group.forEach(batch -> batch.states().close());
      }
    }
    return replies;
  }

  private Carried start(List<Q> questions) {
    Prefix states = runner.start(model, questions);
    long limit = Math.max(edited.prefixBytes(), states.bytes(0));
    int furthest = lastSharedLayer();
    while (states.bytes(furthest) > limit) {
      furthest--;
    }
    return new Carried(states, furthest);
  }

  /**
   * Returns the last layer whose input more than one candidate starts from; 0 if there is only one
   * candidate. Candidates are in the order of {@link EditedModel#firstOwnLayer}, so it is that of
   * the one before the last: states of later layers would serve the last candidate alone.
   */
  private int lastSharedLayer() {
    int candidates = edited.candidates().size();
    return candidates == 1 ? 0 : edited.firstOwnLayer(edited.candidates().get(candidates - 2));
  }

  private void ask(List<Carried> group, List<Reply<A>> replies) {
    for (int c = 0; c < replies.size(); c++) {
      if (replies.get(c).failure() != null) {
        continue;
      }
      Candidate candidate = edited.candidates().get(c);
      int layer = edited.firstOwnLayer(candidate);
      group.replaceAll(batch -> advanced(batch, layer));
      List<A> own = replies.get(c).answers();
      try {
        edited.as(
            candidate,
            () -> group.forEach(batch -> own.addAll(runner.finish(model, batch.states()))));
      } catch (FailedCandidateException e) {
        LOG.warn("{} failed, the other candidates go on", candidate.name(), e);
        replies.set(c, Reply.failed(e.reason()));
      }
    }
  }

  private Carried advanced(Carried batch, int wanted) {
    int layer = Math.min(wanted, batch.furthest());
    if (layer <= batch.states().layer()) {
      return batch;
    }
    try (Prefix earlier = batch.states()) {
      return new Carried(model.advance(earlier, layer), batch.furthest());
    }
  }
}

package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.factors.MatrixEdit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every candidate all batches, layer by layer: all batches of all candidates go through a
 * layer before the next one is read, so that a streamed model is read once. For questions that are
 * answered in one pass; {@link CandidateLoop} asks the others.
 *
 * <p>Up to the stop at which a candidate begins to differ from the unmodified model, it has no
 * states of its own and uses those of the unmodified model. As many candidates are taken together
 * as fit {@link EditedModel#stateBudgetBytes} with a single batch, and then as many batches as fit
 * with these candidates; the model is read once for each such group. A single batch that does not
 * fit with a single candidate stops before the point at which that candidate begins to differ, as
 * late as it fits. The answers have the same bits as those of {@link CandidateLoop}.
 */
final class LayerLoop<Q extends Serializable, A extends Serializable> {
  private static final Logger LOG = LoggerFactory.getLogger(LayerLoop.class);

  private final LanguageModel model;
  private final EditedModel edited;
  private final WorkUnit.Runner<Q, A> runner;
  private final List<CandidatePass> all;

  /**
   * A candidate, with its hidden states after the layers that have run. It has its index among all
   * candidates, the stop at which it begins to differ, and its edits by layer.
   */
  private static final class CandidatePass {
    private final int number;
    private final Candidate candidate;
    private final Stop stop;
    private final Map<Integer, List<MatrixEdit>> edits;

    /** The candidate's states, one for each batch; empty while the unmodified model's serve it. */
    private List<BatchState> own = List.of();

    CandidatePass(
        int number, Candidate candidate, Stop stop, Map<Integer, List<MatrixEdit>> edits) {
      this.number = number;
      this.candidate = candidate;
      this.stop = stop;
      this.edits = edits;
    }

    void close() {
      own.forEach(BatchState::close);
      own = List.of();
    }
  }

  LayerLoop(LanguageModel model, EditedModel edited, WorkUnit.Runner<Q, A> runner) {
    this.model = model;
    this.edited = edited;
    this.runner = runner;
    List<Candidate> candidates = edited.candidates();
    this.all =
        IntStream.range(0, candidates.size())
            .mapToObj(
                number -> {
                  Candidate candidate = candidates.get(number);
                  return new CandidatePass(
                      number,
                      candidate,
                      edited.divergenceStop(candidate),
                      edited.byLayer(candidate));
                })
            .sorted(Comparator.comparing(pass -> pass.stop))
            .toList();
  }

  /**
   * Returns for each candidate its answers to the questions, batch after batch, or its failure. A
   * candidate that has failed gets no further questions.
   */
  List<Reply<A>> ask(List<Batch<Q>> batches) {
    List<Reply<A>> replies = new ArrayList<>();
    edited.candidates().forEach(candidate -> replies.add(Reply.of(new ArrayList<>())));
    int next = 0;
    while (next < all.size()) {
      List<CandidatePass> passes = all.subList(next, next + fittingCandidates(batches, next));
      ask(batches, passes, replies);
      next += passes.size();
    }
    return replies;
  }

  /**
   * Returns how many candidates, at least one, can be taken together.
   *
   * @param first the index of the first of them in {@link #all}
   */
  private int fittingCandidates(List<Batch<Q>> batches, int first) {
    Batch<Q> largest = Collections.max(batches, Comparator.comparingInt(Batch::paddedTokens));
    long states;
    long common;
    try (BatchState start = runner.start(model, largest.questions())) {
      states = start.bytes(Stop.before(model.layers() - 1));
      common = commonBytes(start, all);
    }
    int count = 1;
    long diverging = hasOwnStates(all.get(first)) ? 1 : 0;
    while (first + count < all.size()) {
      diverging += hasOwnStates(all.get(first + count)) ? 1 : 0;
      if (common + diverging * states > edited.stateBudgetBytes()) {
        break;
      }
      count++;
    }
    return count;
  }

  private void ask(List<Batch<Q>> batches, List<CandidatePass> passes, List<Reply<A>> replies) {
    int next = 0;
    while (next < batches.size()) {
      List<SharedBatch> group = new ArrayList<>();
      try {
        long bytes = 0;
        do {
          BatchState batch = runner.start(model, batches.get(next++).questions());
          long own = ownBytes(batch, passes);
          group.add(SharedBatch.started(batch, edited.stateBudgetBytes() - own));
          bytes += own + commonBytes(batch, passes);
          // Supposes that the next batch takes as many bytes as those of the group on average.
        } while (next < batches.size()
            && bytes + bytes / group.size() <= edited.stateBudgetBytes());
        askGroup(group, passes, replies);
      } finally {
        group.forEach(SharedBatch::close);
        passes.forEach(CandidatePass::close);
      }
    }
  }

  /**
   * Whether a candidate keeps states of its own between layers. One that begins to differ in the
   * last layer does not: it answers at once.
   */
  private boolean hasOwnStates(CandidatePass pass) {
    return pass.stop.layer() < model.layers() - 1;
  }

  /** Returns the most bytes of a batch in the candidates that have states of their own. */
  private long ownBytes(BatchState batch, List<CandidatePass> passes) {
    long diverging = passes.stream().filter(this::hasOwnStates).count();
    return diverging * batch.bytes(Stop.before(model.layers() - 1));
  }

  /** Returns the most bytes of a batch in the unmodified model until no candidate needs it. */
  private long commonBytes(BatchState batch, List<CandidatePass> passes) {
    return passes.stream()
        .mapToLong(pass -> batch.bytes(pass.stop))
        .reduce(batch.bytes(batch.stop()), Math::max);
  }

  /**
   * Takes the batches of a group through all layers, and in each layer through one candidate after
   * the other.
   *
   * @param common the states of the unmodified model; replaced as it goes through the layers
   */
  private void askGroup(
      List<SharedBatch> common, List<CandidatePass> passes, List<Reply<A>> replies) {
    for (int layer = 0; layer < model.layers(); layer++) {
      int current = layer;
      for (CandidatePass pass : passes) {
        if (pass.stop.layer() <= layer && replies.get(pass.number).failure() == null) {
          if (pass.stop.layer() == layer) {
            common.replaceAll(batch -> batch.advanced(model, batch.startFor(pass.stop, true)));
          }
          run(pass, layer, common, replies);
        }
      }
      if (passes.stream().anyMatch(pass -> pass.stop.layer() > current)) {
        common.replaceAll(batch -> batch.advanced(model, Stop.before(current + 1)));
      }
    }
  }

  private void run(
      CandidatePass pass, int layer, List<SharedBatch> common, List<Reply<A>> replies) {
    List<BatchState> states =
        pass.own.isEmpty() ? common.stream().map(SharedBatch::states).toList() : pass.own;
    List<A> answers = replies.get(pass.number).answers();
    try {
      edited.runWith(
          pass.candidate,
          pass.edits.getOrDefault(layer, List.of()),
          () -> {
            if (layer == model.layers() - 1) {
              runner.finish(model, states, true).forEach(answers::addAll);
            } else {
              Stop end = Stop.before(layer + 1);
              if (pass.own.isEmpty()) {
                pass.own = advanced(states, end);
              } else {
                advance(pass.own, end);
              }
            }
          });
    } catch (FailedCandidateException e) {
      LOG.warn("{} failed, the other candidates go on", pass.candidate.name(), e);
      replies.set(pass.number, Reply.failed(e.reason()));
      pass.close();
    }
  }

  private List<BatchState> advanced(List<BatchState> states, Stop stop) {
    List<BatchState> advanced = new ArrayList<>();
    try {
      for (BatchState batch : states) {
        advanced.add(model.advance(batch, stop));
      }
      return advanced;
    } catch (RuntimeException | Error e) {
      advanced.forEach(BatchState::close);
      throw e;
    }
  }

  private void advance(List<BatchState> batches, Stop stop) {
    for (int i = 0; i < batches.size(); i++) {
      BatchState earlier = batches.get(i);
      if (stop.compareTo(earlier.stop()) > 0) {
        batches.set(i, model.advance(earlier, stop));
        earlier.close();
      }
    }
  }
}

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
 * layer before the next one is read, so that a model of which one layer at a time is in memory is
 * read once.
 *
 * <p>Up to the stop at which a candidate begins to differ from the unmodified model, it has no
 * states of its own and uses those of the unmodified model. As many candidates are taken together
 * as fit the memory beside a batch, and then as many batches as fit; the model is read once for
 * each such group. The answers have the same bits as those of {@link CandidateLoop}.
 */
final class LayerLoop<Q extends Serializable, A extends Serializable> {
  private static final Logger LOG = LoggerFactory.getLogger(LayerLoop.class);

  private final LanguageModel model;
  private final EditedModel edited;
  private final WorkUnit.Runner<Q, A> runner;
  private final List<CandidatePass> all;

  /** A candidate, with its hidden states after the layers that have run. */
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
            .sorted(Comparator.comparing(lane -> lane.stop))
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
      List<CandidatePass> lanes = all.subList(next, next + fittingCandidates(batches, next));
      ask(batches, lanes, replies);
      next += lanes.size();
    }
    return replies;
  }

  /** Returns how many candidates from {@code first} on have room beside each batch. */
  private int fittingCandidates(List<Batch<Q>> batches, int first) {
    Batch<Q> largest = Collections.max(batches, Comparator.comparingInt(Batch::paddedTokens));
    long states;
    long common;
    try (BatchState start = runner.start(model, largest.questions())) {
      states = start.bytes(Stop.before(model.layers() - 1));
      common = common(start, all);
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

  private void ask(List<Batch<Q>> batches, List<CandidatePass> lanes, List<Reply<A>> replies) {
    int next = 0;
    while (next < batches.size()) {
      List<BatchState> group = new ArrayList<>();
      try {
        long bytes = 0;
        do {
          BatchState batch = runner.start(model, batches.get(next++).questions());
          group.add(batch);
          bytes += bytes(batch, lanes);
        } while (next < batches.size()
            && bytes + bytes / group.size() <= edited.stateBudgetBytes());
        askGroup(group, lanes, replies);
      } finally {
        group.forEach(BatchState::close);
        lanes.forEach(CandidatePass::close);
      }
    }
  }

  /** Whether a candidate has states of its own between layers. */
  private boolean hasOwnStates(CandidatePass lane) {
    return lane.stop.layer() < model.layers() - 1;
  }

  /**
   * Returns the most bytes of a batch: its states in the unmodified model, and in each candidate
   * that begins to differ before the last layer.
   */
  private long bytes(BatchState batch, List<CandidatePass> lanes) {
    long diverging = lanes.stream().filter(this::hasOwnStates).count();
    return common(batch, lanes) + diverging * batch.bytes(Stop.before(model.layers() - 1));
  }

  private long common(BatchState batch, List<CandidatePass> lanes) {
    return lanes.stream()
        .mapToLong(lane -> batch.bytes(lane.stop))
        .reduce(batch.bytes(batch.stop()), Math::max);
  }

  /**
   * @param common the states of the unmodified model; replaced as it goes through the layers
   */
  private void askGroup(
      List<BatchState> common, List<CandidatePass> lanes, List<Reply<A>> replies) {
    for (int layer = 0; layer < model.layers(); layer++) {
      int current = layer;
      for (CandidatePass lane : lanes) {
        if (lane.stop.layer() <= layer && replies.get(lane.number).failure() == null) {
          if (lane.stop.layer() == layer) {
            advance(common, lane.stop);
          }
          run(lane, layer, common, replies);
        }
      }
      if (lanes.stream().anyMatch(lane -> lane.stop.layer() > current)) {
        advance(common, Stop.before(layer + 1));
      }
    }
  }

  private void run(CandidatePass lane, int layer, List<BatchState> common, List<Reply<A>> replies) {
    List<BatchState> states = lane.own.isEmpty() ? common : lane.own;
    List<A> answers = replies.get(lane.number).answers();
    try {
      edited.runWith(
          lane.candidate,
          lane.edits.getOrDefault(layer, List.of()),
          () -> {
            if (layer == model.layers() - 1) {
              runner.finishTogether(model, states).forEach(answers::addAll);
            } else {
              Stop end = Stop.before(layer + 1);
              if (lane.own.isEmpty()) {
                lane.own = advanced(states, end);
              } else {
                advance(lane.own, end);
              }
            }
          });
    } catch (FailedCandidateException e) {
      LOG.warn("{} failed, the other candidates go on", lane.candidate.name(), e);
      replies.set(lane.number, Reply.failed(e.reason()));
      lane.close();
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

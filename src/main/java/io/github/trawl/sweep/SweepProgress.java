package io.github.trawl.sweep;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a sweep at a moment of its run.
 *
 * @param state how far it has come
 * @param failed points that could not be measured
 * @param rounds of the validation examples that are done
 * @param live points that are still in the race, after the last round that is done
 * @param winner the point that is best on all validation examples, once they are done
 * @param tested points that see the test examples, the winner first
 * @param composition what was tried together
 */
record SweepProgress(
    SweepState state,
    Map<String, Failed> failed,
    List<RaceRound> rounds,
    List<String> live,
    Optional<String> winner,
    List<String> tested,
    List<CompositionStep> composition) {
  SweepProgress {
    failed = Map.copyOf(failed);
    rounds = List.copyOf(rounds);
    live = List.copyOf(live);
    tested = List.copyOf(tested);
    composition = List.copyOf(composition);
  }
}

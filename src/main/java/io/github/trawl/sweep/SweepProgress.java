package io.github.trawl.sweep;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a sweep at a moment of its run.
 *
 * @param state how far it has come
 * @param failed contestants that could not be measured, by name
 * @param rounds the finished rounds of the validation examples
 * @param live points that have neither failed nor dropped out of the race
 * @param winner the point that is best on all validation examples; empty until they are done, or if
 *     no point is left
 * @param tested points that see the test examples, the winner first
 * @param composition the finished steps of the greedy composition
 */
record SweepProgress(
    SweepState state,
    Map<String, FailedContestant> failed,
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

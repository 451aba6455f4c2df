package io.github.trawl.sweep;

import java.util.List;

/**
 * A round of a race.
 *
 * @param examples that each contestant has seen after it
 * @param entered points that took part and did not fail
 * @param dropped points that dropped out after it
 */
record RaceRound(int examples, List<String> entered, List<String> dropped) {
  RaceRound {
    entered = List.copyOf(entered);
    dropped = List.copyOf(dropped);
  }
}

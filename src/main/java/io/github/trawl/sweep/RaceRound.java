package io.github.trawl.sweep;

import java.util.List;

/**
 * A finished round of the validation examples.
 *
 * @param examples how many examples each point has seen after it
 * @param entered points that took part and did not fail in it
 * @param dropped points that dropped out after it; none without a race
 */
record RaceRound(int examples, List<String> entered, List<String> dropped) {
  RaceRound {
    entered = List.copyOf(entered);
    dropped = List.copyOf(dropped);
  }
}

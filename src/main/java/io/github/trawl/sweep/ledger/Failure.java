package io.github.trawl.sweep.ledger;

import java.time.Instant;

/**
 * A failed attempt at a unit.
 *
 * @param key of the unit
 * @param kind of the unit
 * @param attempt number of the attempt at this unit, from 1
 * @param about what the unit is, in words for a user
 * @param message why it failed, on one line
 * @param time when it was noted, by the clock of the machine that noted it
 */
public record Failure(
    UnitKey key, String kind, int attempt, String about, String message, Instant time) {}

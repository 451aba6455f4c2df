package io.github.trawl.sweep;

import java.util.Optional;

/**
 * How a run of a sweep ended.
 *
 * @param text what was found, for a person
 * @param outcome what was found, for a scheduler
 * @param incomplete why the sweep is not complete, in one line; empty if it is
 */
public record SweepSummary(String text, SweepOutcome outcome, Optional<String> incomplete) {}

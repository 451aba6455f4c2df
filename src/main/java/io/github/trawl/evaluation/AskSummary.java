package io.github.trawl.evaluation;

import java.util.SortedSet;

/**
 * What a call took.
 *
 * @param tokens that went through the candidates that answered, without padding
 * @param devices types of those that computed: {@code cpu}, {@code cuda}
 * @param seconds from the first question to the last answer
 */
public record AskSummary(long tokens, SortedSet<String> devices, double seconds) {}

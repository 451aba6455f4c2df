package io.github.trawl.evaluation;

import java.util.SortedSet;

/**
 * The cost of one call of {@link EvaluationSession#ask}.
 *
 * @param tokens the tokens in the questions and continuations of all candidates that answered,
 *     without padding
 * @param devices the types of the devices that computed: {@code cpu}, {@code cuda}
 * @param processors the type of each processor that computed, with its instruction sets for matrix
 *     products
 * @param seconds the time of the call
 */
public record AskSummary(
    long tokens, SortedSet<String> devices, SortedSet<String> processors, double seconds) {}

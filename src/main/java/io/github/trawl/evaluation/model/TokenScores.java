package io.github.trawl.evaluation.model;

import java.io.Serializable;

/**
 * A model's scores at the positions of a {@link ScoreRequest}, in their order.
 *
 * @param logProbabilities the natural logarithm of each target's probability
 * @param predictions the most probable token at each position; the smaller id at a tie
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
public record TokenScores(double[] logProbabilities, int[] predictions) implements Serializable {}

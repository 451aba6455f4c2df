/**
 * The statistics of a sweep: paired tests, intervals, p values adjusted for all points, the points
 * that can't be distinguished from the best, and the rule by which points drop out of a race.
 *
 * <p>All are pure functions on arrays. A point's values are one number per example, in the same
 * order of examples for all points, and oriented so that more is better. Examples are assumed to be
 * independent draws from the population of questions that the task represents. Nothing here depends
 * on files, models or Spark.
 *
 * <p>Every random number is a function of a seed and its position (SplitMix64), and every sum is
 * taken in one order, so that the same values and seed give the same bits with any number of
 * threads.
 */
package io.github.trawl.sweep.statistics;

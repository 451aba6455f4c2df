package io.github.trawl.bench;

/**
 * Seconds of an iteration as a function of something, for one implementation.
 *
 * @param chart the chart that it belongs to; its file's name
 * @param x the rank or the size of the tensor
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, drawn once.
record Curve(String chart, String name, double[] x, double[] seconds) {}

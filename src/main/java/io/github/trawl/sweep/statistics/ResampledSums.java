package io.github.trawl.sweep.statistics;

import java.util.stream.IntStream;

/**
 * Computes the sums of all points' differences in each of many resamples: the product of the matrix
 * of the examples' weights and the matrix of differences, by blocks.
 *
 * <p>Resamples are taken {@value #BATCH} at a time, so that the differences are read from memory
 * once for each batch; within it, {@value #CHUNK} examples of 64 points (256 KiB) stay in the cache
 * while they are added to all resamples of the batch. Within a chunk sums are floats, which is
 * exact for differences of whole numbers; the sums of chunks are added as doubles. Each sum is
 * computed by one thread in the order of the examples.
 */
final class ResampledSums {
  private static final int BATCH = 64;
  private static final int CHUNK = 1024;

  /** Takes the sums of one resample. */
  interface Sink {
    /**
     * Takes the sums of the points' differences in {@code resample}, 0 for an unusable point. The
     * array is reused after the call; it may be longer than the number of points.
     */
    void take(int resample, double[] sums);
  }

  private ResampledSums() {}

  /** Passes the sums of each resample to {@code sink}, in order, on the calling thread. */
  static void forEach(DifferenceMatrix differences, Resampling resampling, Sink sink) {
    double[][] sums = new double[BATCH][differences.groupCount() * DifferenceMatrix.GROUP_SIZE];
    for (int first = 0; first < resampling.count(); first += BATCH) {
      DrawnExamples[] batch = draw(resampling, first, differences.examples());
      IntStream.range(0, differences.groupCount())
          .parallel()
          .forEach(group -> sum(differences, group, batch, sums));
      for (int i = 0; i < batch.length; i++) {
        sink.take(first + i, sums[i]);
      }
    }
  }

  private static DrawnExamples[] draw(Resampling resampling, int first, int examples) {
    return IntStream.range(first, Math.min(first + BATCH, resampling.count()))
        .parallel()
        .mapToObj(resample -> DrawnExamples.of(resampling, resample, examples))
        .toArray(DrawnExamples[]::new);
  }

  private static void sum(
      DifferenceMatrix differences, int group, DrawnExamples[] batch, double[][] sums) {
    int offset = group * DifferenceMatrix.GROUP_SIZE;
    double[][] totals = new double[batch.length][DifferenceMatrix.GROUP_SIZE];
    float[] partial = new float[DifferenceMatrix.GROUP_SIZE];
    for (int start = 0; start < differences.examples(); start += CHUNK) {
      for (int i = 0; i < batch.length; i++) {
        int from = batch[i].ceilingIndex(start);
        int to = batch[i].ceilingIndex(start + CHUNK);
        batch[i].addTo(partial, differences.group(group), from, to);
        for (int p = 0; p < DifferenceMatrix.GROUP_SIZE; p++) {
          totals[i][p] += partial[p];
          partial[p] = 0;
        }
      }
    }
    for (int i = 0; i < batch.length; i++) {
      System.arraycopy(totals[i], 0, sums[i], offset, DifferenceMatrix.GROUP_SIZE);
    }
  }
}

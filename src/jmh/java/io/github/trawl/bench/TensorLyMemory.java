package io.github.trawl.bench;

import java.util.stream.LongStream;

/** What parafac of TensorLy 0.9 needs: the Khatri-Rao product of two factors, and a copy of it. */
final class TensorLyMemory {
  private TensorLyMemory() {}

  static long bytes(TensorFile tensor, int rank) {
    long pairs =
        LongStream.of(
                (long) tensor.rows() * tensor.columns(),
                (long) tensor.depth() * tensor.columns(),
                (long) tensor.depth() * tensor.rows())
            .max()
            .orElseThrow();
    return 2 * 4 * pairs * rank + 4 * tensor.bytes();
  }
}

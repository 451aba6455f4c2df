package io.github.trawl.evaluation.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * Decides which batches go together through what follows the attention of the last layer, where
 * each wanted token is computed by itself. A product of the few rows of one batch takes a good part
 * of its time to read and pack the weight; that of several batches' rows does so once.
 *
 * <p>Batches are put together only if every row then has the bits that it has in its own batch, so
 * that scores do not depend on which batches meet.
 */
final class JointRows {
  /** More rows make a product no faster. */
  static final int MOST_ROWS = 512;

  private final List<Product> products;
  private final boolean possible;
  private final int mostRows;
  private final NumberType type;

  /** A product of the tail with a weight [outputs, inputs]. */
  private record Product(long inputs, long outputs) {
    static Product of(LinearSpec map) {
      return new Product(map.inputs(), map.totalOutputs());
    }
  }

  /**
   * @param type the type of the weights and hidden states
   */
  JointRows(TransformerSpec spec, NumberType type) {
    BlockSpec last = spec.blocks().get(spec.blocks().size() - 1);
    OutputHeadSpec head = spec.head();
    this.type = type;
    // Rows beyond would go through the head apart, and might be too few there to keep their bits.
    this.mostRows = Math.min(MOST_ROWS, LogitReader.rowsAtATime(head.vocabulary()));
    this.possible =
        !last.parallel()
            && Stream.of(last.feedForward().down().inputs(), head.width())
                .allMatch(EvenShares::isWholeVectors);
    this.products =
        Stream.concat(
                Stream.of(
                        last.attention().output(),
                        last.feedForward().up(),
                        last.feedForward().down(),
                        head.transform())
                    .filter(map -> map != null)
                    .map(Product::of),
                Stream.of(new Product(head.width(), head.vocabulary())))
            .toList();
  }

  /**
   * Returns how many batches from {@code first} on are to be put together, at least 1. Their rows
   * are at most as many as the tokens of the largest, which is what a layer computes at a time
   * anyway, at most {@link #MOST_ROWS}, and at most what the head takes at a time.
   */
  int count(List<NativeBatchState> batches, int first) {
    NativeBatchState batch = batches.get(first);
    if (!isJoinable(batch)) {
      return 1;
    }
    int count = 1;
    long rows = batch.rows().length;
    long tokens = tokens(batch);
    while (first + count < batches.size() && isJoinable(batches.get(first + count))) {
      NativeBatchState next = batches.get(first + count);
      rows += next.rows().length;
      tokens = Math.max(tokens, tokens(next));
      if (rows > Math.min(mostRows, tokens)) {
        break;
      }
      count++;
    }
    return count;
  }

  private static long tokens(NativeBatchState batch) {
    return (long) batch.tokens().size() * batch.tokens().length();
  }

  private boolean isJoinable(NativeBatchState batch) {
    long rows = batch.rows().length;
    return possible
        && rows > 0
        && rows <= mostRows
        && Linear.isOfFewRows(type, rows, batch.owner())
        && products.stream()
            .allMatch(
                product ->
                    FewRowProducts.hasIndependentRows(rows, product.inputs(), product.outputs()));
  }
}

package io.github.trawl.plan;

import java.util.List;
import java.util.Objects;

/**
 * A selection of the matrices to stack.
 *
 * @param strategy which layers share a stack
 * @param matrices {@code fc}, {@code qkvo} or a comma-separated list of roles such as {@code
 *     up,gate}
 * @param layers {@code all}, {@code last:N}, ranges such as {@code 0-3,11}, {@code early}, {@code
 *     middle} or {@code late}
 */
public record StackSelection(Strategy strategy, String matrices, String layers) {
  /**
   * Checks what can be checked without a model.
   *
   * @throws io.github.trawl.TrawlException of category {@code USAGE} if a text is not understood
   */
  public StackSelection {
    Objects.requireNonNull(strategy, "strategy");
    MatrixSelection.parse(Objects.requireNonNull(matrices, "matrices"));
    LayerSelection.check(Objects.requireNonNull(layers, "layers"));
  }

  /**
   * The layers that a text selects in a model of {@code modelLayers} layers, ascending.
   *
   * @throws io.github.trawl.TrawlException of category {@code USAGE} if the text is not understood
   *     or names layers that the model does not have
   */
  public static List<Integer> layers(String text, int modelLayers) {
    return LayerSelection.select(text, modelLayers);
  }
}

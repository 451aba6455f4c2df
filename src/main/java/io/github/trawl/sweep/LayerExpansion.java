package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.util.List;
import java.util.Locale;

/**
 * Expands the word {@code each} in the layers of a grid, which stands for one selection per layer
 * or segment.
 */
final class LayerExpansion {
  private static final String EACH = "each";
  private static final List<String> SEGMENTS = List.of("early", "middle", "late");

  private LayerExpansion() {}

  /**
   * Returns the selections that {@code text} stands for: itself or, if it begins with {@code each},
   * one for every layer that it names; with strategy segment, one for every segment.
   *
   * @param modelLayers how many layers the model has
   * @throws TrawlException of category {@code USAGE} if the strategy does not allow {@code each},
   *     or the layers are not understood or not in the model
   */
  static List<String> expand(Strategy strategy, String text, int modelLayers) {
    String normal = text.replace(" ", "").toLowerCase(Locale.ROOT);
    if (!normal.equals(EACH) && !normal.startsWith(EACH + ":")) {
      return List.of(normal);
    }
    String selected = normal.equals(EACH) ? "all" : normal.substring(EACH.length() + 1);
    return switch (strategy) {
      case LAYER ->
          StackSelection.layers(selected, modelLayers).stream().map(String::valueOf).toList();
      case SEGMENT -> {
        if (!selected.equals("all")) {
          throw usage(
              text,
              "is not possible with strategy segment; give each, which stands for early, middle and late");
        }
        yield SEGMENTS;
      }
      case MODEL ->
          throw usage(
              text,
              "is not possible with strategy model, whose stacks span all selected layers; give layers without each");
    };
  }

  private static TrawlException usage(String text, String problem) {
    return new TrawlException(
        ErrorCategory.USAGE, "grid: layers \"%s\" %s".formatted(text, problem));
  }
}

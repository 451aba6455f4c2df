package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.LedgerView;
import io.github.trawl.sweep.ledger.Unit;
import io.github.trawl.sweep.ledger.UnitKey;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Records in the ledger the grids with which a sweep was run. A grid may grow between runs, and
 * measurements of earlier grids are used again. It must not shrink: points that were tried would be
 * hidden, and p values adjusted for fewer points would be too small.
 */
final class GridHistory {
  private static final String KIND = "grid";

  private GridHistory() {}

  /** Returns the number of points of the largest grid, which holds those of all others. */
  static int points(LedgerView ledger) {
    AtomicInteger most = new AtomicInteger();
    ledger.forEach(
        KIND, unit -> most.accumulateAndGet(unit.content().get("points").size(), Math::max));
    return most.get();
  }

  /**
   * Records a grid.
   *
   * @throws TrawlException of category {@code USAGE} if it lacks points of an earlier one
   */
  static void add(Ledger ledger, PlannedGrid grid) {
    TreeSet<String> points = new TreeSet<>();
    grid.points().forEach(point -> points.add(point.point().id()));
    TreeSet<String> lacking = new TreeSet<>();
    ledger.forEach(
        KIND,
        unit ->
            unit.content()
                .get("points")
                .forEach(
                    point -> {
                      if (!points.contains(point.asText())) {
                        lacking.add(point.asText());
                      }
                    }));
    if (!lacking.isEmpty()) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "the grid lacks %d points that this output has seen (the first is %s), and its results would hide that they were tried; keep them in the grid, or choose another output"
              .formatted(lacking.size(), lacking.first()));
    }
    List<String> ids = new ArrayList<>(points);
    UnitKey key = UnitKey.builder(KIND).with("points", ids).build();
    if (!ledger.isDone(key)) {
      ObjectNode content = JsonNodeFactory.instance.objectNode();
      ArrayNode array = content.putArray("points");
      ids.forEach(array::add);
      ledger.add(new Unit(key, KIND, content));
    }
  }
}

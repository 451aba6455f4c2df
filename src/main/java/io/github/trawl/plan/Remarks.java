package io.github.trawl.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects remarks on stacks and lists each of them once, with all the stacks that it applies to.
 */
final class Remarks {
  private final Map<String, List<LayerGroup>> units = new LinkedHashMap<>();

  void add(LayerGroup unit, String remark) {
    units.computeIfAbsent(remark, key -> new ArrayList<>()).add(unit);
  }

  List<String> list() {
    List<String> list = new ArrayList<>();
    units.forEach((remark, where) -> list.add(LayerGroup.describe(where) + ": " + remark));
    return list;
  }
}

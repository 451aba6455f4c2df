package io.github.trawl.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects remarks on stacks and lists each of them once, with all the layers that it applies to.
 */
final class Remarks {
  private final Map<String, List<LayerGroup>> groups = new LinkedHashMap<>();

  void add(LayerGroup group, String remark) {
    groups.computeIfAbsent(remark, key -> new ArrayList<>()).add(group);
  }

  List<String> list() {
    List<String> list = new ArrayList<>();
    groups.forEach((remark, where) -> list.add(LayerGroup.describe(where) + ": " + remark));
    return list;
  }
}

package io.github.trawl.evaluation.template;

import java.util.List;

/**
 * What filters such as {@code map} give: elements that can be gone through once, without a length,
 * and true even if there are none.
 */
final class Generated {
  private List<Object> elements;

  Generated(List<Object> elements) {
    this.elements = elements;
  }

  /** The elements; none from the second call on. */
  List<Object> take() {
    List<Object> taken = elements;
    elements = List.of();
    return taken;
  }

  /** The first element, taken away; {@code otherwise} if there is none. */
  Object takeFirst(Object otherwise) {
    if (elements.isEmpty()) {
      return otherwise;
    }
    Object first = elements.get(0);
    elements = elements.subList(1, elements.size());
    return first;
  }
}

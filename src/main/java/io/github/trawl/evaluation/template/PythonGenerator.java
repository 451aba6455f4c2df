package io.github.trawl.evaluation.template;

import java.util.List;

/**
 * The result of a filter such as {@code map}: as with a generator of Python, its elements can be
 * taken once, it has no length, and it is true even if it has no elements.
 */
final class PythonGenerator {
  private List<Object> elements;

  PythonGenerator(List<Object> elements) {
    this.elements = elements;
  }

  /** Returns the elements, and no elements from the second call on. */
  List<Object> take() {
    List<Object> taken = elements;
    elements = List.of();
    return taken;
  }

  /** Removes and returns the first element; returns {@code otherwise} if there is none. */
  Object takeFirst(Object otherwise) {
    if (elements.isEmpty()) {
      return otherwise;
    }
    Object first = elements.get(0);
    elements = elements.subList(1, elements.size());
    return first;
  }
}

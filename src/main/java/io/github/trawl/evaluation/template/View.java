package io.github.trawl.evaluation.template;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The keys, values or items of a map. Unlike in Python, a view has indices and {@code index()},
 * which task files use. As in Python, it equals no list and can't be added to one; printing it, and
 * comparing it with another view, is not supported.
 */
final class View extends AbstractList<Object> {
  private final List<Object> elements;

  View(Collection<?> elements) {
    this.elements = new ArrayList<>(elements);
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public int size() {
    return elements.size();
  }
}

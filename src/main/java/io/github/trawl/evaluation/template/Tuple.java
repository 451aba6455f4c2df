package io.github.trawl.evaluation.template;

import java.util.AbstractList;
import java.util.List;

/** A tuple of Python: it is printed in parentheses, and no list equals it in a template. */
final class Tuple extends AbstractList<Object> {
  private final List<Object> elements;

  Tuple(List<Object> elements) {
    this.elements = elements;
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

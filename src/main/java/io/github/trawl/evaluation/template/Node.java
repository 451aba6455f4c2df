package io.github.trawl.evaluation.template;

import java.util.List;

/** A part of a template that can be rendered. */
@FunctionalInterface
interface Node {
  /**
   * Where rendering continues after a part: with the next part, after the loop around it, or with
   * the next element of that loop.
   */
  enum Flow {
    NORMAL,
    BREAK,
    CONTINUE
  }

  /** Appends the text of the part to {@code out}; returns where rendering continues. */
  Flow render(Scope scope, StringBuilder out);

  /** Returns the parts in sequence, up to one that leaves or continues the loop. */
  static Node of(List<Node> nodes) {
    return (scope, out) -> {
      for (Node node : nodes) {
        Flow flow = node.render(scope, out);
        if (flow != Flow.NORMAL) {
          return flow;
        }
      }
      return Flow.NORMAL;
    };
  }
}

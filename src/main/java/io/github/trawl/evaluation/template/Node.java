package io.github.trawl.evaluation.template;

import java.util.List;

/** A part of a template. */
@FunctionalInterface
interface Node {
  /** How the loop around a part goes on behind it. */
  enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  /** Appends what the part gives. */
  Flow render(Scope scope, StringBuilder out);

  /** One part behind the other. */
  static Node of(List<Node> nodes) {
    return (scope, out) -> {
      for (Node node : nodes) {
        Flow flow = node.render(scope, out);
        if (flow != Flow.ON) {
          return flow;
        }
      }
      return Flow.ON;
    };
  }
}

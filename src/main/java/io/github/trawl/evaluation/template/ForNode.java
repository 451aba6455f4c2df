package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;

/**
 * A loop.
 *
 * @param target the variables that each element is assigned to
 * @param elements the value whose elements are looped over
 * @param filter the condition that an element must fulfil to be looped over; null if there is none
 * @param otherwise what is rendered if no element is left; null for nothing
 */
record ForNode(
    AssignmentTarget target, Expression elements, Expression filter, Node body, Node otherwise)
    implements Node {
  private static final String LOOP = "loop";

  @Override
  public Flow render(Scope scope, StringBuilder out) {
    List<Object> all = Values.elements(scope.run(), elements.evaluate(scope));
    List<Object> kept = filter == null ? all : filtered(all, scope);
    if (kept.isEmpty()) {
      return otherwise == null ? Flow.NORMAL : otherwise.render(scope.inner(), out);
    }
    LoopVariable loop = new LoopVariable(kept);
    for (int i = 0; i < kept.size(); i++) {
      scope.run().countStep();
      loop.moveTo(i);
      Scope inner = scope.inner();
      inner.set(LOOP, loop);
      target.set(inner, kept.get(i));
      if (body.render(inner, out) == Flow.BREAK) {
        break;
      }
    }
    return Flow.NORMAL;
  }

  private List<Object> filtered(List<Object> all, Scope scope) {
    List<Object> kept = new ArrayList<>();
    for (Object element : all) {
      Scope inner = scope.inner();
      inner.set(LOOP, scope.run().undefined("a loop's filter has no 'loop'"));
      target.set(inner, element);
      if (Values.isTruthy(filter.evaluate(inner))) {
        kept.add(element);
      }
    }
    return kept;
  }
}

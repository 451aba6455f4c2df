package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;

/**
 * A loop.
 *
 * @param target the variables that each element is assigned to
 * @param filter the condition for the elements that are looped over; null for all elements
 * @param otherwise what is rendered if no element is left; null for nothing
 */
record ForNode(
    AssignmentTarget target, Expression elements, Expression filter, Node body, Node otherwise)
    implements Node {
  private static final String LOOP = "loop";

  @Override
  public Flow render(Scope scope, StringBuilder out) {
    List<Object> all = Values.elements(scope.run(), elements.evaluate(scope));
    List<Object> counted = filter == null ? all : filtered(all, scope);
    if (counted.isEmpty()) {
      return otherwise == null ? Flow.NORMAL : otherwise.render(scope.inner(), out);
    }
    LoopVariable loop = new LoopVariable(counted);
    for (int i = 0; i < counted.size(); i++) {
      scope.run().countStep();
      loop.moveTo(i);
      Scope inner = scope.inner();
      inner.set(LOOP, loop);
      target.set(inner, counted.get(i));
      if (body.render(inner, out) == Flow.BREAK) {
        break;
      }
    }
    return Flow.NORMAL;
  }

  private List<Object> filtered(List<Object> all, Scope scope) {
    List<Object> counted = new ArrayList<>();
    for (Object element : all) {
      Scope inner = scope.inner();
      inner.set(LOOP, scope.run().undefined("a loop's filter has no 'loop'"));
      target.set(inner, element);
      if (Values.isTruthy(filter.evaluate(inner))) {
        counted.add(element);
      }
    }
    return counted;
  }
}

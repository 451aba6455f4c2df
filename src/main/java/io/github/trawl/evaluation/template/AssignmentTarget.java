package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;

/** What a loop or {@code set} assigns to: variables, or an attribute of a namespace. */
final class AssignmentTarget {
  private final List<String> names;
  private final boolean several;

  /** The attribute of the namespace whose name is the only one; null for variables. */
  private final String attribute;

  private AssignmentTarget(List<String> names, boolean several, String attribute) {
    this.names = names;
    this.several = several;
    this.attribute = attribute;
  }

  /** Parses one name, or several separated by commas, with or without parentheses. */
  static AssignmentTarget ofLoop(ExpressionParser parser) {
    boolean grouped = parser.accept("(");
    List<String> names = new ArrayList<>(List.of(parser.variable()));
    boolean several = false;
    while (parser.accept(",")) {
      several = true;
      names.add(parser.variable());
    }
    if (grouped) {
      parser.expect(")");
    }
    if (names.contains("loop")) {
      throw new TemplateException("'loop' can't be assigned to");
    }
    return new AssignmentTarget(names, several, null);
  }

  /** Parses the target of {@code set}: names as in a loop, or an attribute as {@code ns.count}. */
  static AssignmentTarget ofSet(ExpressionParser parser) {
    AssignmentTarget target = ofLoop(parser);
    if (!target.several && parser.accept(".")) {
      return new AssignmentTarget(target.names, false, parser.name());
    }
    return target;
  }

  void set(Scope scope, Object value) {
    if (attribute != null) {
      if (!(scope.get(names.get(0)) instanceof Namespace namespace)) {
        String name = names.get(0);
        throw new JinjaTemplateException(
            "'" + name + "' is no namespace; write {% set " + name + " = namespace() %} first");
      }
      namespace.set(scope.run(), attribute, value);
    } else if (!several) {
      scope.set(names.get(0), value);
    } else {
      List<Object> elements = Values.elements(scope.run(), value);
      if (elements.size() != names.size()) {
        throw new TemplateException(
            "can't assign " + elements.size() + " values to " + names.size() + " variables");
      }
      for (int i = 0; i < names.size(); i++) {
        scope.set(names.get(i), elements.get(i));
      }
    }
  }
}

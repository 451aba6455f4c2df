package io.github.trawl.evaluation.template;

import java.util.HashMap;
import java.util.Map;

/**
 * The variables of a part of a template. What a loop, a macro or a block sets is gone behind it;
 * what surrounds them is seen in them.
 */
final class Scope {
  /** Names that mean something else in Jinja than a variable. */
  private final Map<String, Object> variables = new HashMap<>();

  private final Scope parent;
  private final Run run;

  private Scope(Scope parent, Run run) {
    this.parent = parent;
    this.run = run;
  }

  /** The outermost scope of a rendering. */
  static Scope of(Run run) {
    return new Scope(null, run);
  }

  Scope inner() {
    return new Scope(this, run);
  }

  Run run() {
    return run;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  /** The innermost variable of that name, else the field, else the function, else undefined. */
  Object get(String name) {
    run.step();
    for (Scope scope = this; scope != null; scope = scope.parent) {
      if (scope.variables.containsKey(name)) {
        return scope.variables.get(name);
      }
    }
    if (run.fields().containsKey(name)) {
      return run.fields().get(name);
    }
    Object function = Functions.find(name, run.dialect());
    return function != null ? function : run.undefined(missing(name));
  }

  private String missing(String name) {
    return run.isChat()
        ? "'" + name + "' is undefined"
        : "no field '" + name + "' among " + String.join(", ", run.fields().keySet());
  }
}

package io.github.trawl.evaluation.template;

import java.util.HashMap;
import java.util.Map;

/**
 * The variables of a part of a template. A loop, a macro or a block has a scope of its own: what it
 * sets is not seen outside, and it sees the variables of the scopes around it.
 */
final class Scope {
  private final Map<String, Object> variables = new HashMap<>();
  private final Scope parent;
  private final Rendering run;

  private Scope(Scope parent, Rendering run) {
    this.parent = parent;
    this.run = run;
  }

  /** Returns the outermost scope of a rendering. */
  static Scope of(Rendering run) {
    return new Scope(null, run);
  }

  Scope inner() {
    return new Scope(this, run);
  }

  Rendering run() {
    return run;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  /**
   * Returns the value of a name: the innermost variable, else the field that the template is
   * rendered with, else the global function, else an {@link Undefined}.
   */
  Object get(String name) {
    run.countStep();
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

package io.github.trawl.evaluation.template;

import java.util.Map;

/**
 * A macro: a part of a template with parameters, rendered by a call.
 *
 * @param parameters the names of the parameters with their defaults; null for those without one
 * @param definitionScope the scope in which the macro is defined, whose variables its body sees
 */
record Macro(String name, Map<String, Expression> parameters, Node body, Scope definitionScope)
    implements CallableValue {
  @Override
  public Object call(Rendering run, Arguments arguments) {
    Arguments.Bound bound =
        arguments.bind("macro '" + name + "'", 0, parameters.keySet().toArray(new String[0]));
    run.enter();
    Scope inner = definitionScope.inner();
    int place = 0;
    for (Map.Entry<String, Expression> parameter : parameters.entrySet()) {
      Object value;
      if (bound.has(place)) {
        value = bound.get(place);
      } else if (parameter.getValue() != null) {
        value = parameter.getValue().evaluate(inner);
      } else {
        value = run.undefined("parameter '" + parameter.getKey() + "' was not provided");
      }
      inner.set(parameter.getKey(), value);
      place++;
    }
    StringBuilder text = new StringBuilder();
    body.render(inner, text);
    run.leave();
    return text.toString();
  }
}

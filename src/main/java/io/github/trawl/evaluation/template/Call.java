package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The argument expressions of a call in a template, which are evaluated for each call. */
final class Call {
  static final Call NONE = new Call(List.of(), Map.of());

  private final List<Expression> positional;
  private final Map<String, Expression> named;

  private Call(List<Expression> positional, Map<String, Expression> named) {
    this.positional = positional;
    this.named = named;
  }

  /** Creates a call with one argument. */
  Call(Expression argument) {
    this(List.of(argument), Map.of());
  }

  /** Parses the arguments that follow an opening parenthesis, up to {@code end}. */
  Call(ExpressionParser parser, String end) {
    this(new ArrayList<>(), new LinkedHashMap<>());
    while (!parser.accept(end)) {
      if (parser.atNamedArgument()) {
        String name = parser.name();
        parser.expect("=");
        if (named.put(name, parser.conditional()) != null) {
          throw new TemplateException("argument '" + name + "' is given twice");
        }
      } else if (named.isEmpty()) {
        positional.add(parser.conditional());
      } else {
        throw parser.unexpected();
      }
      if (!parser.accept(",")) {
        parser.expect(end);
        break;
      }
    }
  }

  Arguments arguments(Scope scope) {
    if (positional.isEmpty() && named.isEmpty()) {
      return Arguments.NONE;
    }
    List<Object> values = new ArrayList<>();
    positional.forEach(argument -> values.add(argument.evaluate(scope)));
    Map<String, Object> byName = new LinkedHashMap<>();
    named.forEach((name, argument) -> byName.put(name, argument.evaluate(scope)));
    return new Arguments(values, byName);
  }

  /** Calls {@code target}, which must be a function or a macro, and returns its result. */
  Object invoke(Object target, Scope scope) {
    scope.run().countStep();
    if (target instanceof CallableValue function) {
      return function.call(scope.run(), arguments(scope));
    }
    throw target instanceof Undefined undefined
        ? undefined.useError()
        : new TemplateException("a " + Values.type(target) + " can't be called");
  }
}

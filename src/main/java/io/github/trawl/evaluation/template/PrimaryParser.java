package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Kind;
import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses constants, variables, lists, tuples, maps and expressions in parentheses. */
final class PrimaryParser {
  private final ExpressionParser parser;

  PrimaryParser(ExpressionParser parser) {
    this.parser = parser;
  }

  /** Parses a value without the members, elements and calls that may follow it. */
  Expression primary() {
    Token token = parser.peek();
    switch (token.kind()) {
      case STRING -> {
        // Adjacent string literals are joined, as in Python.
        StringBuilder text = new StringBuilder();
        while (parser.peek().kind() == Kind.STRING) {
          text.append(parser.take().text());
        }
        String whole = text.toString();
        return scope -> whole;
      }
      case INTEGER -> {
        return integer(parser.take().text());
      }
      case DECIMAL -> {
        Double value = Double.valueOf(parser.take().text());
        return scope -> value;
      }
      case NAME -> {
        return named(parser.readableName());
      }
      case SYMBOL -> {
        if (parser.accept("(")) {
          return parenthesised();
        }
        if (parser.accept("[")) {
          List<Expression> elements = list("]");
          return scope -> evaluated(elements, scope);
        }
        if (parser.accept("{")) {
          return map();
        }
      }
      case END -> {}
    }
    throw parser.unexpected();
  }

  private Expression parenthesised() {
    if (parser.accept(")")) {
      return tuple(List.of());
    }
    Expression inner = parser.conditional();
    if (parser.accept(",")) {
      List<Expression> elements = list(")");
      elements.add(0, inner);
      return tuple(elements);
    }
    parser.expect(")");
    return inner;
  }

  private Expression map() {
    Map<Expression, Expression> members = new LinkedHashMap<>();
    while (!parser.accept("}")) {
      Expression key = parser.conditional();
      parser.expect(":");
      members.put(key, parser.conditional());
      if (!parser.accept(",")) {
        parser.expect("}");
        break;
      }
    }
    return scope -> {
      scope.run().countSteps(members.size());
      Map<Object, Object> map = new LinkedHashMap<>();
      members.forEach(
          (key, member) -> map.put(Values.key(key.evaluate(scope)), member.evaluate(scope)));
      return map;
    };
  }

  static Expression tuple(List<Expression> elements) {
    return scope -> new Tuple(evaluated(elements, scope));
  }

  static Expression integer(String digits) {
    try {
      Long value = Long.valueOf(digits);
      return scope -> value;
    } catch (NumberFormatException e) {
      throw new TemplateException("number " + digits + " is too large");
    }
  }

  private static Expression named(String name) {
    switch (name) {
      case "true", "True" -> {
        return scope -> true;
      }
      case "false", "False" -> {
        return scope -> false;
      }
      case "none", "None" -> {
        return scope -> null;
      }
      default -> {
        return scope -> scope.get(name);
      }
    }
  }

  private List<Expression> list(String end) {
    List<Expression> elements = new ArrayList<>();
    while (!parser.accept(end)) {
      elements.add(parser.conditional());
      if (!parser.accept(",")) {
        parser.expect(end);
        break;
      }
    }
    return elements;
  }

  private static List<Object> evaluated(List<Expression> expressions, Scope scope) {
    scope.run().countSteps(expressions.size());
    List<Object> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(expression.evaluate(scope)));
    return values;
  }
}

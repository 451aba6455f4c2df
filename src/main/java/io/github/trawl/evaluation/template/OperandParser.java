package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Kind;
import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.Set;

/** Parses an operand: a sign; a value with its members, elements and calls; filters and tests. */
final class OperandParser {
  private final ExpressionParser parser;
  private final PrimaryParser primaries;
  private final Dialect dialect;

  OperandParser(ExpressionParser parser, Dialect dialect) {
    this.parser = parser;
    this.primaries = new PrimaryParser(parser);
    this.dialect = dialect;
  }

  /**
   * Parses an operand.
   *
   * @param filtered whether the filters and tests after it are parsed, too; false after a sign,
   *     which applies before them
   */
  Expression unary(boolean filtered) {
    parser.enter();
    Expression value;
    if (parser.accept("-")) {
      Expression positive = unary(false);
      value = scope -> Arithmetic.negative(positive.evaluate(scope));
    } else {
      value = postfix(primaries.primary());
    }
    parser.leave();
    return filtered ? filters(value) : value;
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Expression target = value;
      if (parser.accept(".")) {
        value = member(target);
      } else if (parser.accept("[")) {
        value = subscript(target);
      } else if (parser.accept("(")) {
        Call call = new Call(parser, ")");
        value = scope -> call.invoke(target.evaluate(scope), scope);
      } else {
        return value;
      }
    }
  }

  private Expression member(Expression target) {
    if (parser.peek().kind() == Kind.INTEGER) {
      Expression index = PrimaryParser.integer(parser.take().text());
      return scope -> Values.item(scope.run(), target.evaluate(scope), index.evaluate(scope));
    }
    String name = parser.name();
    if (name.startsWith("__")) {
      throw new JinjaTemplateException("'" + name + "' is not supported");
    }
    if (parser.accept("(")) {
      Call call = new Call(parser, ")");
      return scope ->
          Methods.call(scope.run(), name, target.evaluate(scope), call.arguments(scope));
    }
    return scope -> Values.member(scope.run(), target.evaluate(scope), name);
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      Expression target = value;
      if (parser.accept("|")) {
        value = filter(target);
      } else if (parser.accept("is")) {
        value = test(target);
      } else {
        return value;
      }
    }
  }

  /**
   * Parses the name of a filter and its arguments.
   *
   * @return the filter applied to {@code target}
   */
  Expression filter(Expression target) {
    String name = parser.name();
    Filters.require(name, dialect);
    Call call = parser.accept("(") ? new Call(parser, ")") : Call.NONE;
    return scope -> Filters.apply(scope.run(), name, target.evaluate(scope), call.arguments(scope));
  }

  private Expression test(Expression target) {
    boolean wanted = !parser.accept("not");
    String name = parser.name();
    Tests.require(name, dialect);
    Call call = Call.NONE;
    if (parser.accept("(")) {
      call = new Call(parser, ")");
    } else if (startsOperand()) {
      call = new Call(postfix(primaries.primary()));
    }
    Call asked = call;
    return scope ->
        Tests.apply(scope.run(), name, target.evaluate(scope), asked.arguments(scope)) == wanted;
  }

  /** Returns whether the next token begins an argument of a test that has no parentheses. */
  private boolean startsOperand() {
    Token token = parser.peek();
    return switch (token.kind()) {
      case STRING, INTEGER, DECIMAL -> true;
      case NAME -> !Set.of("and", "or", "else").contains(token.text());
      case SYMBOL -> token.is("[") || token.is("{");
      case END -> false;
    };
  }

  private Expression subscript(Expression target) {
    Expression start = parser.peek().is(":") ? null : parser.conditional();
    if (!parser.peek().is(":")) {
      parser.expect("]");
      return scope -> Values.item(scope.run(), target.evaluate(scope), start.evaluate(scope));
    }
    Expression end = bound();
    Expression step = parser.peek().is(":") ? bound() : null;
    parser.expect("]");
    return scope ->
        Slices.of(
            scope.run(),
            target.evaluate(scope),
            value(start, scope),
            value(end, scope),
            value(step, scope));
  }

  /** Parses a colon of a slice and the bound after it; returns null if there is no bound. */
  private Expression bound() {
    parser.expect(":");
    return parser.peek().is(":") || parser.peek().is("]") ? null : parser.conditional();
  }

  private static Object value(Expression expression, Scope scope) {
    return expression == null ? null : expression.evaluate(scope);
  }
}

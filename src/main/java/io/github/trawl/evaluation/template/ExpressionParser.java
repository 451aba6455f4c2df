package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Kind;
import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses the expressions inside a tag by recursive descent. From the weakest binding to the
 * strongest, as in Jinja: if-else, or, and, not, comparison, sum, {@code ~}, product, and what
 * {@link OperandParser} parses.
 */
final class ExpressionParser extends TokenCursor {
  private final OperandParser operands;

  /**
   * @param source the template
   * @param tokens the tokens of one of its tags
   */
  ExpressionParser(String source, List<Token> tokens, Dialect dialect) {
    super(source, tokens);
    this.operands = new OperandParser(this, dialect);
  }

  /**
   * Parses the name of a filter and its arguments.
   *
   * @return the filter applied to {@code target}
   */
  Expression filter(Expression target) {
    return operands.filter(target);
  }

  /** Parses the rest of the tag: one value, or several separated by commas, which are a tuple. */
  Expression restOfTag() {
    Expression value = values(true);
    requireEnd();
    return value;
  }

  /**
   * Parses one value, or several separated by commas, which are a tuple.
   *
   * @param conditional whether a value may be an if-else expression
   */
  Expression values(boolean conditional) {
    Expression first = conditional ? conditional() : disjunction();
    if (!accept(",")) {
      return first;
    }
    List<Expression> elements = new ArrayList<>(List.of(first));
    while (peek().kind() != Kind.END && !peek().is("if") && !peek().is("=")) {
      elements.add(conditional ? conditional() : disjunction());
      if (!accept(",")) {
        break;
      }
    }
    return PrimaryParser.tuple(elements);
  }

  /** Parses one value, which may be an if-else expression. */
  Expression conditional() {
    enter();
    Expression value = disjunction();
    while (accept("if")) {
      Expression then = value;
      Expression condition = disjunction();
      Expression otherwise =
          // Jinja takes a lenient undefined value here even if others are strict.
          accept("else") ? conditional() : scope -> new Undefined("there is no else", false);
      value =
          scope ->
              Values.isTruthy(condition.evaluate(scope))
                  ? then.evaluate(scope)
                  : otherwise.evaluate(scope);
    }
    leave();
    return value;
  }

  private Expression disjunction() {
    Expression left = conjunction();
    while (accept("or")) {
      Expression first = left;
      Expression second = conjunction();
      left =
          scope -> {
            Object value = first.evaluate(scope);
            return Values.isTruthy(value) ? value : second.evaluate(scope);
          };
    }
    return left;
  }

  private Expression conjunction() {
    Expression left = negation();
    while (accept("and")) {
      Expression first = left;
      Expression second = negation();
      left =
          scope -> {
            Object value = first.evaluate(scope);
            return Values.isTruthy(value) ? second.evaluate(scope) : value;
          };
    }
    return left;
  }

  private Expression negation() {
    boolean hasOperator = false;
    boolean negated = false;
    while (accept("not")) {
      hasOperator = true;
      negated = !negated;
    }
    Expression value = comparison();
    boolean wanted = !negated;
    // Two negations cancel, but still turn the value into a truth value.
    return hasOperator ? scope -> Values.isTruthy(value.evaluate(scope)) == wanted : value;
  }

  private Expression comparison() {
    Expression first = sum();
    List<Expression> operands = new ArrayList<>(List.of(first));
    List<Comparison> comparisons = new ArrayList<>();
    for (Comparison operator = comparisonOperator();
        operator != null;
        operator = comparisonOperator()) {
      comparisons.add(operator);
      operands.add(sum());
    }
    return comparisons.isEmpty() ? first : scope -> Comparison.chain(operands, comparisons, scope);
  }

  /** Consumes a comparison operator and returns its comparison; null if none comes next. */
  private Comparison comparisonOperator() {
    if (accept("in")) {
      return (run, part, whole) -> Values.contains(run, whole, part);
    }
    if (peek().is("not") && peekSecond().is("in")) {
      take();
      take();
      return (run, part, whole) -> !Values.contains(run, whole, part);
    }
    Comparison comparison = peek().kind() == Kind.SYMBOL ? Comparison.of(peek().text()) : null;
    if (comparison != null) {
      take();
    }
    return comparison;
  }

  private Expression sum() {
    Expression left = concatenation();
    while (peek().is("+") || peek().is("-")) {
      left = operation(left, take().text(), concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression first = product();
    if (!peek().is("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (accept("~")) {
      parts.add(product());
    }
    return scope -> {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(Printing.text(scope.run(), part.evaluate(scope))));
      return text.toString();
    };
  }

  private Expression product() {
    Expression left = operands.unary(true);
    while (peek().is("*") || peek().is("/") || peek().is("//") || peek().is("%")) {
      left = operation(left, take().text(), operands.unary(true));
    }
    return left;
  }

  private static Expression operation(Expression left, String symbol, Expression right) {
    Arithmetic operation = Arithmetic.of(symbol);
    return scope -> {
      scope.run().countStep();
      return operation.apply(scope.run(), left.evaluate(scope), right.evaluate(scope));
    };
  }
}

package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Kind;
import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Recursive descent over the inside of a tag, with Jinja's precedence: if-else, or, and, not,
 * comparison, sum, {@code ~}, product, sign, filters and tests, members and calls.
 */
final class ExpressionParser {
  private static final int DEEPEST = 50;

  /** What can't be a variable here; {@code self} and the last three mean something in Jinja. */
  private static final Set<String> RESERVED =
      Set.of(
          "if",
          "else",
          "elif",
          "and",
          "or",
          "not",
          "in",
          "is",
          "for",
          "recursive",
          "self",
          "super",
          "varargs",
          "kwargs",
          "caller");

  private final String source;
  private final List<Token> tokens;
  private final Dialect dialect;
  private int next;
  private int depth;

  /**
   * @param source the template
   * @param tokens of a tag in it
   */
  ExpressionParser(String source, List<Token> tokens, Dialect dialect) {
    this.source = source;
    this.tokens = tokens;
    this.dialect = dialect;
  }

  /** Parses values up to the end of the tag; several with commas are a tuple. */
  Expression all() {
    Expression value = values(true);
    requireEnd();
    return value;
  }

  /**
   * Parses one value, or several with commas, which are a tuple.
   *
   * @param conditional whether a value may be an if-else
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
    return tuple(elements);
  }

  Expression conditional() {
    deeper();
    Expression value = disjunction();
    while (accept("if")) {
      Expression then = value;
      Expression condition = disjunction();
      Expression otherwise =
          accept("else") ? conditional() : scope -> new Undefined("there is no else", false);
      value =
          scope ->
              Values.truth(condition.evaluate(scope))
                  ? then.evaluate(scope)
                  : otherwise.evaluate(scope);
    }
    depth--;
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
            return Values.truth(value) ? value : second.evaluate(scope);
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
            return Values.truth(value) ? second.evaluate(scope) : value;
          };
    }
    return left;
  }

  private Expression negation() {
    boolean any = false;
    boolean negated = false;
    while (accept("not")) {
      any = true;
      negated = !negated;
    }
    Expression value = comparison();
    boolean wanted = !negated;
    return any ? scope -> Values.truth(value.evaluate(scope)) == wanted : value;
  }

  private Expression comparison() {
    Expression first = sum();
    List<Expression> operands = new ArrayList<>(List.of(first));
    List<Comparison> comparisons = new ArrayList<>();
    for (Comparison asked = asked(); asked != null; asked = asked()) {
      comparisons.add(asked);
      operands.add(sum());
    }
    return comparisons.isEmpty() ? first : scope -> Comparison.chain(operands, comparisons, scope);
  }

  /** Consumes a comparison operator; null if none comes next. */
  private Comparison asked() {
    if (accept("in")) {
      return (run, part, whole) -> Values.contains(run, whole, part);
    }
    if (peek().is("not") && tokens.get(next + 1).is("in")) {
      next += 2;
      return (run, part, whole) -> !Values.contains(run, whole, part);
    }
    Comparison comparison = peek().kind() == Kind.SYMBOL ? Comparison.of(peek().text()) : null;
    next += comparison == null ? 0 : 1;
    return comparison;
  }

  private Expression sum() {
    Expression left = concatenation();
    while (peek().is("+") || peek().is("-")) {
      left = operation(left, tokens.get(next++).text(), concatenation());
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
    Expression left = unary(true);
    while (peek().is("*") || peek().is("/") || peek().is("//") || peek().is("%")) {
      left = operation(left, tokens.get(next++).text(), unary(true));
    }
    return left;
  }

  private static Expression operation(Expression left, String symbol, Expression right) {
    Arithmetic operation = Arithmetic.of(symbol);
    return scope -> {
      scope.run().step();
      return operation.apply(scope.run(), left.evaluate(scope), right.evaluate(scope));
    };
  }

  private Expression unary(boolean filtered) {
    deeper();
    Expression value;
    if (accept("-")) {
      Expression positive = unary(false);
      value = scope -> Arithmetic.negative(positive.evaluate(scope));
    } else {
      value = postfix(primary());
    }
    depth--;
    return filtered ? filters(value) : value;
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Expression target = value;
      if (accept(".")) {
        value = member(target);
      } else if (accept("[")) {
        value = subscript(target);
      } else if (accept("(")) {
        Call call = new Call(this, ")");
        value = scope -> call.of(target.evaluate(scope), scope);
      } else {
        return value;
      }
    }
  }

  private Expression member(Expression target) {
    if (peek().kind() == Kind.INTEGER) {
      Long index = Long.valueOf(tokens.get(next++).text());
      return scope -> Values.item(scope.run(), target.evaluate(scope), index);
    }
    String name = name();
    if (name.startsWith("__")) {
      throw new RaisedException("'" + name + "' is not supported");
    }
    if (accept("(")) {
      Call call = new Call(this, ")");
      return scope ->
          Methods.call(scope.run(), name, target.evaluate(scope), call.arguments(scope));
    }
    return scope -> Values.member(scope.run(), target.evaluate(scope), name);
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      Expression target = value;
      if (accept("|")) {
        value = filter(target);
      } else if (accept("is")) {
        value = test(target);
      } else {
        return value;
      }
    }
  }

  /** Parses the name of a filter and its arguments. */
  Expression filter(Expression target) {
    String name = name();
    Filters.require(name, dialect);
    Call call = accept("(") ? new Call(this, ")") : Call.NONE;
    return scope -> Filters.apply(scope.run(), name, target.evaluate(scope), call.arguments(scope));
  }

  private Expression test(Expression target) {
    boolean wanted = !accept("not");
    String name = name();
    Tests.require(name, dialect);
    Call call = Call.NONE;
    if (accept("(")) {
      call = new Call(this, ")");
    } else if (startsOperand()) {
      call = new Call(postfix(primary()));
    }
    Call asked = call;
    return scope ->
        Tests.apply(scope.run(), name, target.evaluate(scope), asked.arguments(scope)) == wanted;
  }

  /** Whether what comes next is the argument of a test without parentheses. */
  private boolean startsOperand() {
    Token token = peek();
    return switch (token.kind()) {
      case STRING, INTEGER, DECIMAL -> true;
      case NAME -> !Set.of("and", "or", "else").contains(token.text());
      case SYMBOL -> token.is("[") || token.is("{");
      case END -> false;
    };
  }

  private Expression subscript(Expression target) {
    Expression start = peek().is(":") ? null : conditional();
    if (!peek().is(":")) {
      expect("]");
      return scope -> Values.item(scope.run(), target.evaluate(scope), start.evaluate(scope));
    }
    Expression end = bound();
    Expression step = peek().is(":") ? bound() : null;
    expect("]");
    return scope ->
        Slices.of(
            scope.run(),
            target.evaluate(scope),
            value(start, scope),
            value(end, scope),
            value(step, scope));
  }

  /** A bound of a slice behind its colon; null if there is none. */
  private Expression bound() {
    expect(":");
    return peek().is(":") || peek().is("]") ? null : conditional();
  }

  private static Object value(Expression expression, Scope scope) {
    return expression == null ? null : expression.evaluate(scope);
  }

  private Expression primary() {
    Token token = tokens.get(next++);
    switch (token.kind()) {
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (peek().kind() == Kind.STRING) {
          text.append(tokens.get(next++).text());
        }
        String whole = text.toString();
        return scope -> whole;
      }
      case INTEGER -> {
        return integer(token.text());
      }
      case DECIMAL -> {
        Double value = Double.valueOf(token.text());
        return scope -> value;
      }
      case NAME -> {
        return named(token.text());
      }
      case SYMBOL -> {
        if (token.is("(")) {
          return parenthesised();
        }
        if (token.is("[")) {
          List<Expression> elements = list("]");
          return scope -> evaluated(elements, scope);
        }
        if (token.is("{")) {
          return map();
        }
      }
      case END -> {}
    }
    next--;
    throw unexpected();
  }

  private Expression parenthesised() {
    if (accept(")")) {
      return tuple(List.of());
    }
    Expression inner = conditional();
    if (accept(",")) {
      List<Expression> elements = list(")");
      elements.add(0, inner);
      return tuple(elements);
    }
    expect(")");
    return inner;
  }

  private Expression map() {
    Map<Expression, Expression> members = new LinkedHashMap<>();
    while (!accept("}")) {
      Expression key = conditional();
      expect(":");
      members.put(key, conditional());
      if (!accept(",")) {
        expect("}");
        break;
      }
    }
    return scope -> {
      scope.run().steps(members.size());
      Map<Object, Object> map = new LinkedHashMap<>();
      members.forEach(
          (key, member) -> map.put(Values.key(key.evaluate(scope)), member.evaluate(scope)));
      return map;
    };
  }

  private static Expression tuple(List<Expression> elements) {
    return scope -> new Tuple(evaluated(elements, scope));
  }

  private Expression integer(String digits) {
    try {
      Long value = Long.valueOf(digits);
      return scope -> value;
    } catch (NumberFormatException e) {
      throw new TemplateException("number " + digits + " is too large");
    }
  }

  private Expression named(String name) {
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
        if (RESERVED.contains(name)) {
          next--;
          throw unexpected();
        }
        return scope -> scope.get(name);
      }
    }
  }

  private List<Expression> list(String end) {
    List<Expression> elements = new ArrayList<>();
    while (!accept(end)) {
      elements.add(conditional());
      if (!accept(",")) {
        expect(end);
        break;
      }
    }
    return elements;
  }

  private static List<Object> evaluated(List<Expression> expressions, Scope scope) {
    scope.run().steps(expressions.size());
    List<Object> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(expression.evaluate(scope)));
    return values;
  }

  /** Consumes a name that may be set. */
  String variable() {
    Token token = peek();
    if (RESERVED.contains(token.text())
        || Set.of("true", "True", "false", "False", "none", "None").contains(token.text())) {
      throw unexpected();
    }
    return name();
  }

  String name() {
    if (peek().kind() != Kind.NAME) {
      throw unexpected();
    }
    return tokens.get(next++).text();
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw new TemplateException("nested deeper than " + DEEPEST + " levels");
    }
  }

  Token peek() {
    return tokens.get(next);
  }

  /** Whether a name and an equals sign come next, which is an argument with its name. */
  boolean atNamedArgument() {
    return peek().kind() == Kind.NAME && tokens.get(next + 1).is("=");
  }

  boolean accept(String text) {
    boolean found = peek().is(text);
    next += found ? 1 : 0;
    return found;
  }

  void expect(String text) {
    if (!accept(text)) {
      throw unexpected();
    }
  }

  void requireEnd() {
    if (peek().kind() != Kind.END) {
      throw unexpected();
    }
  }

  TemplateException unexpected() {
    Token last = tokens.get(tokens.size() - 1);
    String inside = source.substring(tokens.get(0).at(), last.at());
    return new TemplateException(
            "'" + peek().text() + "' is not supported there in '" + Excerpt.of(inside) + "'")
        .at(Excerpt.place(source, peek().at()));
  }
}

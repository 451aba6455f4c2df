package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Kind;
import io.github.trawl.evaluation.template.Lexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** Recursive descent with Jinja's precedence: if-else, or, and, not, comparison, sum, postfix. */
final class ExpressionParser {
  private static final int DEEPEST = 50;

  private final String source;
  private final List<Token> tokens;
  private int next;
  private int depth;

  private ExpressionParser(String source) {
    this.source = PythonText.strip(source);
    this.tokens = Lexer.tokens(source);
  }

  /** Parses the text between the braces. */
  static Expression parse(String source) {
    ExpressionParser parser = new ExpressionParser(source);
    Expression expression = parser.conditional();
    if (parser.peek().kind() != Kind.END) {
      throw parser.unexpected();
    }
    return expression;
  }

  private Expression conditional() {
    if (++depth > DEEPEST) {
      throw new TemplateException("nested deeper than " + DEEPEST + " levels in '" + source + "'");
    }
    Expression value = disjunction();
    if (accept("if")) {
      Expression then = value;
      Expression condition = disjunction();
      Expression otherwise = accept("else") ? conditional() : fields -> "";
      value =
          fields ->
              Values.truth(condition.evaluate(fields))
                  ? then.evaluate(fields)
                  : otherwise.evaluate(fields);
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
          fields -> {
            Object value = first.evaluate(fields);
            return Values.truth(value) ? value : second.evaluate(fields);
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
          fields -> {
            Object value = first.evaluate(fields);
            return Values.truth(value) ? second.evaluate(fields) : value;
          };
    }
    return left;
  }

  private Expression negation() {
    boolean negated = false;
    while (accept("not")) {
      negated = !negated;
    }
    Expression value = comparison();
    return negated ? fields -> !Values.truth(value.evaluate(fields)) : value;
  }

  private Expression comparison() {
    Expression first = sum();
    List<Expression> operands = new ArrayList<>(List.of(first));
    List<BiPredicate<Object, Object>> comparisons = new ArrayList<>();
    for (BiPredicate<Object, Object> asked = asked(); asked != null; asked = asked()) {
      comparisons.add(asked);
      operands.add(sum());
    }
    return comparisons.isEmpty()
        ? first
        : fields -> Comparison.chain(operands, comparisons, fields);
  }

  /** Consumes a comparison operator; null if none comes next. */
  private BiPredicate<Object, Object> asked() {
    if (accept("in")) {
      return (part, whole) -> Values.contains(whole, part);
    }
    if (peek().is("not") && tokens.get(next + 1).is("in")) {
      next += 2;
      return (part, whole) -> !Values.contains(whole, part);
    }
    BiPredicate<Object, Object> comparison =
        peek().kind() == Kind.SYMBOL ? Comparison.of(peek().text()) : null;
    next += comparison == null ? 0 : 1;
    return comparison;
  }

  private Expression sum() {
    Expression left = postfix();
    while (true) {
      Expression first = left;
      if (accept("+")) {
        Expression second = postfix();
        left = fields -> Values.sum(first.evaluate(fields), second.evaluate(fields));
      } else if (accept("~")) {
        Expression second = postfix();
        left = fields -> Values.text(first.evaluate(fields)) + Values.text(second.evaluate(fields));
      } else {
        return left;
      }
    }
  }

  private Expression postfix() {
    Expression value = primary();
    while (true) {
      Expression target = value;
      if (accept(".")) {
        String name = name();
        if (accept("(")) {
          List<Expression> arguments = list(")");
          value = fields -> Values.method(name, target.evaluate(fields), values(arguments, fields));
        } else {
          value = fields -> Values.member(target.evaluate(fields), name);
        }
      } else if (accept("[")) {
        value = subscript(target);
      } else if (accept("|")) {
        String name = name();
        Values.requireFilter(name);
        List<Expression> arguments = accept("(") ? list(")") : List.of();
        value = fields -> Values.filter(name, target.evaluate(fields), values(arguments, fields));
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression target) {
    Expression start = peek().is(":") ? null : conditional();
    if (!accept(":")) {
      expect("]");
      return fields -> Values.item(target.evaluate(fields), start.evaluate(fields));
    }
    Expression end = peek().is("]") ? null : conditional();
    expect("]");
    return fields ->
        Values.slice(
            target.evaluate(fields),
            start == null ? null : start.evaluate(fields),
            end == null ? null : end.evaluate(fields));
  }

  private Expression primary() {
    Token token = tokens.get(next++);
    switch (token.kind()) {
      case STRING -> {
        return fields -> token.text();
      }
      case INTEGER -> {
        return integer(token.text());
      }
      case DECIMAL -> {
        return decimal(token.text());
      }
      case NAME -> {
        return named(token.text());
      }
      case SYMBOL -> {
        if (token.is("(")) {
          Expression inner = conditional();
          if (accept(",")) {
            List<Expression> rest = list(")");
            rest.add(0, inner);
            return fields -> values(rest, fields);
          }
          expect(")");
          return inner;
        }
        if (token.is("[")) {
          List<Expression> elements = list("]");
          return fields -> values(elements, fields);
        }
        if (token.is("-") && peek().kind() == Kind.INTEGER) {
          return integer("-" + tokens.get(next++).text());
        }
        if (token.is("-") && peek().kind() == Kind.DECIMAL) {
          return decimal("-" + tokens.get(next++).text());
        }
      }
      case END -> {}
    }
    next--;
    throw unexpected();
  }

  private Expression integer(String digits) {
    try {
      Long value = Long.valueOf(digits);
      return fields -> value;
    } catch (NumberFormatException e) {
      throw new TemplateException("number " + digits + " is too large in '" + source + "'");
    }
  }

  private static Expression decimal(String digits) {
    Double value = Double.valueOf(digits);
    return fields -> value;
  }

  private Expression named(String name) {
    switch (name) {
      case "true", "True" -> {
        return fields -> true;
      }
      case "false", "False" -> {
        return fields -> false;
      }
      case "none", "None" -> {
        return fields -> null;
      }
      case "if", "else", "and", "or", "not", "in", "is", "for" -> {
        next--;
        throw unexpected();
      }
      default -> {
        return fields -> Values.field(fields, name);
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

  private static List<Object> values(List<Expression> expressions, Map<String, Object> fields) {
    List<Object> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(expression.evaluate(fields)));
    return values;
  }

  private String name() {
    if (peek().kind() != Kind.NAME) {
      throw unexpected();
    }
    return tokens.get(next++).text();
  }

  private Token peek() {
    return tokens.get(next);
  }

  private boolean accept(String text) {
    boolean found = peek().is(text);
    next += found ? 1 : 0;
    return found;
  }

  private void expect(String text) {
    if (!accept(text)) {
      throw unexpected();
    }
  }

  private TemplateException unexpected() {
    return new TemplateException(
        "'" + peek().text() + "' is not supported there in '" + source + "'");
  }
}

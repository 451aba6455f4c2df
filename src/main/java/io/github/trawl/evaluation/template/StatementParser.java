package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Node.Flow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Parses statements and their bodies. */
final class StatementParser {
  private static final Set<String> BODY_ENDS =
      Set.of("elif", "else", "endif", "endfor", "endset", "endmacro", "endwith", "endgeneration");

  private final TemplateParser template;
  private final Dialect dialect;

  /** How many loops are open that {@code break} or {@code continue} may refer to. */
  private int loops;

  StatementParser(TemplateParser template, Dialect dialect) {
    this.template = template;
    this.dialect = dialect;
  }

  /** Returns whether a word continues or ends the statement around it, as {@code else} does. */
  static boolean endsBody(String word) {
    return BODY_ENDS.contains(word);
  }

  /**
   * Parses a statement and its body up to the end of the statement.
   *
   * @param segment the tag that opens the statement
   * @param word the first word of the tag
   * @param parser a parser of the tag, at that word
   */
  Node parse(Segment segment, String word, ExpressionParser parser) {
    parser.expect(word);
    boolean chat = dialect == Dialect.CHAT;
    if (chat && loops > 0 && (word.equals("break") || word.equals("continue"))) {
      parser.requireEnd();
      Flow flow = word.equals("break") ? Flow.BREAK : Flow.CONTINUE;
      return (scope, out) -> flow;
    }
    if (chat && word.equals("generation")) {
      parser.requireEnd();
      return generation(segment);
    }
    return switch (word) {
      case "if" -> condition(segment, parser);
      case "for" -> loop(segment, parser);
      case "set" -> set(segment, parser);
      case "macro" -> macro(segment, parser);
      case "with" -> with(segment, parser);
      default -> throw new TemplateException("statement '" + word + "' is not supported");
    };
  }

  private Node condition(Segment segment, ExpressionParser parser) {
    List<Expression> conditions = new ArrayList<>();
    List<Node> bodies = new ArrayList<>();
    ExpressionParser tag = parser;
    String word = "if";
    while (!word.equals("endif")) {
      if (word.equals("else")) {
        conditions.add(scope -> true);
      } else {
        conditions.add(tag.values(false));
      }
      tag.requireEnd();
      String[] ends =
          word.equals("else") ? new String[] {"endif"} : new String[] {"elif", "else", "endif"};
      bodies.add(template.body(segment, ends));
      tag = template.parser(template.take());
      word = tag.name();
    }
    tag.requireEnd();
    return (scope, out) -> {
      for (int i = 0; i < bodies.size(); i++) {
        if (Values.isTruthy(conditions.get(i).evaluate(scope))) {
          return bodies.get(i).render(scope, out);
        }
      }
      return Flow.NORMAL;
    };
  }

  private Node loop(Segment segment, ExpressionParser parser) {
    AssignmentTarget target = AssignmentTarget.ofLoop(parser);
    parser.expect("in");
    Expression elements = parser.values(false);
    Expression filter = parser.accept("if") ? parser.conditional() : null;
    parser.requireEnd();
    loops++;
    Node body = template.body(segment, "else", "endfor");
    loops--;
    ExpressionParser tag = template.parser(template.take());
    Node otherwise = null;
    if (tag.accept("else")) {
      tag.requireEnd();
      otherwise = template.body(segment, "endfor");
      tag = template.parser(template.take());
    }
    tag.expect("endfor");
    tag.requireEnd();
    return new ForNode(target, elements, filter, body, otherwise);
  }

  private Node set(Segment segment, ExpressionParser parser) {
    AssignmentTarget target = AssignmentTarget.ofSet(parser);
    if (parser.accept("=")) {
      Expression value = parser.restOfTag();
      return (scope, out) -> {
        target.set(scope, value.evaluate(scope));
        return Flow.NORMAL;
      };
    }
    Expression text = scope -> scope.get("");
    while (parser.accept("|")) {
      text = parser.filter(text);
    }
    parser.requireEnd();
    Node body = template.body(segment, "endset");
    end("endset");
    Expression filtered = text;
    return (scope, out) -> {
      StringBuilder block = new StringBuilder();
      Scope inner = scope.inner();
      Flow flow = body.render(inner, block);
      if (flow == Flow.NORMAL) {
        // The filters read the text of the block as the variable of the empty name.
        inner.set("", block.toString());
        target.set(scope, filtered.evaluate(inner));
      }
      return flow;
    };
  }

  private Node macro(Segment segment, ExpressionParser parser) {
    String name = parser.variable();
    Map<String, Expression> parameters = new LinkedHashMap<>();
    parser.expect("(");
    boolean optional = false;
    while (!parser.accept(")")) {
      String parameter = parser.variable();
      Expression value = parser.accept("=") ? parser.conditional() : null;
      if (parameters.containsKey(parameter) || (optional && value == null)) {
        throw new TemplateException(
            "parameter '"
                + parameter
                + "' is there twice, or has no default though the one before it has");
      }
      optional = value != null;
      parameters.put(parameter, value);
      if (!parser.accept(",")) {
        parser.expect(")");
        break;
      }
    }
    parser.requireEnd();
    Node body = parseOutsideLoops(() -> template.body(segment, "endmacro"));
    end("endmacro");
    return (scope, out) -> {
      scope.set(name, new Macro(name, parameters, body, scope));
      return Flow.NORMAL;
    };
  }

  private Node with(Segment segment, ExpressionParser parser) {
    Map<String, Expression> values = new LinkedHashMap<>();
    while (parser.peek().kind() != Lexer.Kind.END) {
      String name = parser.variable();
      parser.expect("=");
      values.put(name, parser.conditional());
      if (!parser.accept(",")) {
        parser.requireEnd();
      }
    }
    Node body = template.body(segment, "endwith");
    end("endwith");
    return (scope, out) -> {
      Scope inner = scope.inner();
      values.forEach((name, value) -> inner.set(name, value.evaluate(scope)));
      return body.render(inner, out);
    };
  }

  /**
   * Parses {@code generation}, with which templates mark the model's answers for training. Here it
   * only gives its body a scope.
   */
  private Node generation(Segment segment) {
    Node body = parseOutsideLoops(() -> template.body(segment, "endgeneration"));
    end("endgeneration");
    return (scope, out) -> body.render(scope.inner(), out);
  }

  /** Parses a body in which {@code break} and {@code continue} can't refer to a loop around it. */
  private Node parseOutsideLoops(Supplier<Node> body) {
    int around = loops;
    loops = 0;
    Node parsed = body.get();
    loops = around;
    return parsed;
  }

  private void end(String word) {
    ExpressionParser tag = template.parser(template.take());
    tag.expect(word);
    tag.requireEnd();
  }
}

package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Token;
import io.github.trawl.evaluation.template.Node.Flow;
import io.github.trawl.evaluation.template.Segment.Kind;
import java.util.ArrayList;
import java.util.List;

/** Parses the segments of a template into the nodes that render it. */
final class TemplateParser {
  /** The most levels of nested statements. */
  private static final int DEEPEST = 50;

  private final String source;
  private final Dialect dialect;
  private final List<Segment> segments;
  private final StatementParser statements;
  private int next;
  private int depth;

  /**
   * @throws TemplateException if a tag is not closed or can't be split into tokens
   */
  TemplateParser(String source, Dialect dialect) {
    this.source = SegmentSplitter.normalised(source, dialect);
    this.dialect = dialect;
    this.segments = SegmentSplitter.of(this.source, dialect);
    this.statements = new StatementParser(this, dialect);
  }

  /** Returns the expression of a template that is a single output in double braces; else null. */
  Expression soleOutput() {
    return segments.size() == 1 && segments.get(0).kind() == Kind.OUTPUT
        ? expression(segments.get(0))
        : null;
  }

  /**
   * Parses the whole template.
   *
   * @throws TemplateException if it uses a part of Jinja that is not supported
   */
  Node template() {
    List<Node> nodes = nodes();
    if (next < segments.size()) {
      Segment segment = segments.get(next);
      throw new TemplateException(
              "'" + word(segment) + "' continues or ends no statement before it")
          .at(place(segment));
    }
    return Node.of(nodes);
  }

  /** Parses up to a statement that begins with one of {@code ends}, which is not consumed. */
  Node body(Segment opening, String... ends) {
    if (++depth > DEEPEST) {
      throw new TemplateException("nested deeper than " + DEEPEST + " statements");
    }
    List<Node> nodes = nodes();
    for (String end : ends) {
      if (next < segments.size() && segments.get(next).is(end)) {
        depth--;
        return Node.of(nodes);
      }
    }
    throw new TemplateException("'" + word(opening) + "' has no '" + ends[ends.length - 1] + "'")
        .at(place(opening));
  }

  /** Consumes the statement that ended a body. */
  Segment take() {
    return segments.get(next++);
  }

  private List<Node> nodes() {
    List<Node> nodes = new ArrayList<>();
    while (next < segments.size()) {
      Segment segment = segments.get(next);
      if (segment.kind() == Kind.TEXT) {
        nodes.add(text(segment.text()));
      } else if (segment.kind() == Kind.OUTPUT) {
        nodes.add(output(segment));
      } else if (StatementParser.endsBody(word(segment))) {
        return nodes;
      } else {
        next++;
        nodes.add(statement(segment));
        continue;
      }
      next++;
    }
    return nodes;
  }

  private static Node text(String text) {
    return (scope, out) -> {
      scope.run().countCharacters(text.length());
      out.append(text);
      return Flow.NORMAL;
    };
  }

  private Node output(Segment segment) {
    Expression expression = expression(segment);
    return (scope, out) -> {
      Object value = expression.evaluate(scope);
      if (value == null && !scope.run().isChat()) {
        throw Values.nullInText("'" + Excerpt.of(source) + "' gives null");
      }
      try {
        out.append(Printing.text(scope.run(), value));
      } catch (TemplateException e) {
        throw e.at(place(segment));
      }
      return Flow.NORMAL;
    };
  }

  private Node statement(Segment segment) {
    try {
      Node node = statements.parse(segment, word(segment), parser(segment));
      return (scope, out) -> {
        scope.run().countStep();
        try {
          return node.render(scope, out);
        } catch (TemplateException e) {
          throw e.at(place(segment));
        }
      };
    } catch (TemplateException e) {
      throw e.at(place(segment));
    }
  }

  /** Returns a parser of the tokens of a segment. */
  ExpressionParser parser(Segment segment) {
    return new ExpressionParser(source, segment.tokens(), dialect);
  }

  /** Parses the expression in double braces; its errors name the place in the template. */
  private Expression expression(Segment segment) {
    try {
      Expression expression = parser(segment).restOfTag();
      return scope -> {
        try {
          return expression.evaluate(scope);
        } catch (TemplateException e) {
          throw e.at(place(segment));
        }
      };
    } catch (TemplateException e) {
      throw e.at(place(segment));
    }
  }

  /** Returns the first word of a statement. */
  private static String word(Segment segment) {
    Token first = segment.tokens().get(0);
    return first.text();
  }

  private String place(Segment segment) {
    return Excerpt.place(source, segment.at());
  }
}

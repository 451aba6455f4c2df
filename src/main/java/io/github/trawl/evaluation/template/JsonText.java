package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes values as JSON with the separators and escapes of Python's {@code json.dumps}. */
final class JsonText {
  private final Rendering run;
  private final boolean ascii;
  private final String indent;
  private final StringBuilder text = new StringBuilder();
  private int level;

  private JsonText(Rendering run, boolean ascii, String indent) {
    this.run = run;
    this.ascii = ascii;
    this.indent = indent;
  }

  /**
   * Returns a value as JSON.
   *
   * @param ascii whether characters beyond ASCII are escaped
   * @param indent the indentation of one level; null for JSON on one line
   */
  static String of(Rendering run, Object value, boolean ascii, String indent) {
    JsonText json = new JsonText(run, ascii, indent);
    json.write(value);
    return json.text.toString();
  }

  private void write(Object value) {
    run.countStep();
    if (value == null) {
      append("null");
    } else if (value instanceof Boolean || value instanceof Long) {
      append(value.toString());
    } else if (value instanceof Double number && Double.isFinite(number)) {
      append(PythonText.number(number));
    } else if (value instanceof String string) {
      append(quoted(string));
    } else if (value instanceof List<?> list && !(value instanceof View)) {
      List<Runnable> elements = new ArrayList<>();
      list.forEach(element -> elements.add(() -> write(element)));
      group("[", elements, "]");
    } else if (value instanceof Map<?, ?> map) {
      List<Runnable> members = new ArrayList<>();
      map.forEach((key, element) -> members.add(() -> member(key, element)));
      group("{", members, "}");
    } else {
      throw new TemplateException("filter 'tojson' doesn't fit a " + Values.type(value));
    }
  }

  private void member(Object key, Object value) {
    append(quoted(key == null ? "null" : key.toString()) + ": ");
    write(value);
  }

  /**
   * Writes a list or a map.
   *
   * @param parts write its elements or members
   */
  private void group(String open, List<Runnable> parts, String close) {
    run.enter();
    append(open);
    level++;
    for (int i = 0; i < parts.size(); i++) {
      append(i == 0 ? "" : indent == null ? ", " : ",");
      newLine();
      parts.get(i).run();
    }
    level--;
    if (!parts.isEmpty()) {
      newLine();
    }
    append(close);
    run.leave();
  }

  private void newLine() {
    if (indent != null) {
      run.countCharacters((long) level * indent.length());
      append("\n" + indent.repeat(level));
    }
  }

  private String quoted(String string) {
    run.countCharacters(string.length());
    return PythonText.json(string, ascii);
  }

  private void append(String piece) {
    run.countCharacters(piece.length());
    text.append(piece);
  }
}

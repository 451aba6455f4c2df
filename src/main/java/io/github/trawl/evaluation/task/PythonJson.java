package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.PythonText;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes JSON exactly as Python's {@code json.dumps(value, ensure_ascii=False)} does. */
final class PythonJson {
  private static final int INDENT = 2;

  private final StringBuilder out = new StringBuilder();
  private final boolean indented;

  private PythonJson(boolean indented) {
    this.indented = indented;
  }

  /** Returns a value, made of maps, lists, texts, numbers, truth values and nulls, on one line. */
  static String compact(Object value) {
    return new PythonJson(false).write(value, 0);
  }

  /** Returns such a value as {@code indent=2} writes it, on several lines. */
  static String indented(Object value) {
    return new PythonJson(true).write(value, 0);
  }

  private String write(Object value, int depth) {
    if (value instanceof Map<?, ?> map) {
      out.append('{');
      Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
      for (boolean first = true; entries.hasNext(); first = false) {
        Map.Entry<?, ?> entry = entries.next();
        separate(first, depth + 1);
        out.append(PythonText.json(String.valueOf(entry.getKey()), false));
        out.append(": ");
        write(entry.getValue(), depth + 1);
      }
      end(map.isEmpty(), depth).append('}');
    } else if (value instanceof List<?> list) {
      out.append('[');
      for (int i = 0; i < list.size(); i++) {
        separate(i == 0, depth + 1);
        write(list.get(i), depth + 1);
      }
      end(list.isEmpty(), depth).append(']');
    } else if (value instanceof String text) {
      out.append(PythonText.json(text, false));
    } else if (value instanceof Double number) {
      out.append(number(number));
    } else {
      out.append(value);
    }
    return out.toString();
  }

  private void separate(boolean first, int depth) {
    if (indented) {
      out.append(first ? "\n" : ",\n").append(" ".repeat(INDENT * depth));
    } else {
      out.append(first ? "" : ", ");
    }
  }

  private StringBuilder end(boolean empty, int depth) {
    return indented && !empty ? out.append('\n').append(" ".repeat(INDENT * depth)) : out;
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value)
        ? (value > 0 ? "Infinity" : "-Infinity")
        : PythonText.number(value);
  }
}

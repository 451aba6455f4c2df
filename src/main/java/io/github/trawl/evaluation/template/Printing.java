package io.github.trawl.evaluation.template;

import java.util.List;
import java.util.Map;

/** Prints values as Python's {@code str} and {@code repr} do. */
final class Printing {
  private final Rendering run;
  private final StringBuilder text = new StringBuilder();

  private Printing(Rendering run) {
    this.run = run;
  }

  /**
   * Returns a value as Python prints it.
   *
   * @throws TemplateException if the value cannot be printed; in a task's prompt, also for a null,
   *     a list or a map
   */
  static String text(Rendering run, Object value) {
    if (value instanceof String text) {
      run.countCharacters(text.length());
      return text;
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return "";
    }
    if (!run.isChat() && value == null) {
      throw Values.nullInText("a null can't be part of a text");
    }
    if (!run.isChat() && (value instanceof List<?> || value instanceof Map<?, ?>)) {
      throw new TemplateException(
          "a " + Values.type(value) + " can't be part of a text; pick an element");
    }
    Printing printing = new Printing(run);
    printing.represent(value);
    return printing.text.toString();
  }

  /** Appends a value as Python's {@code repr} writes it. */
  private void represent(Object value) {
    run.countStep();
    if (value == null) {
      append("None");
    } else if (value instanceof Boolean truth) {
      append(truth ? "True" : "False");
    } else if (value instanceof Long) {
      append(value.toString());
    } else if (value instanceof Double number) {
      append(PythonText.number(number));
    } else if (value instanceof String string) {
      append(PythonText.quoted(string));
    } else if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      append("Undefined");
    } else if (value instanceof Tuple tuple) {
      elements(tuple, "(", tuple.size() == 1 ? ",)" : ")");
    } else if (value instanceof List<?> list && !(value instanceof View)) {
      elements(list, "[", "]");
    } else if (value instanceof Map<?, ?> map) {
      members(map);
    } else {
      throw new TemplateException("a " + Values.type(value) + " can't be part of a text");
    }
  }

  private void elements(List<?> list, String open, String close) {
    run.enter();
    String before = open;
    for (Object element : list) {
      append(before);
      represent(element);
      before = ", ";
    }
    append(list.isEmpty() ? open + close : close);
    run.leave();
  }

  private void members(Map<?, ?> map) {
    run.enter();
    String before = "{";
    for (Map.Entry<?, ?> member : map.entrySet()) {
      append(before);
      represent(member.getKey());
      append(": ");
      represent(member.getValue());
      before = ", ";
    }
    append(map.isEmpty() ? "{}" : "}");
    run.leave();
  }

  private void append(String piece) {
    run.countCharacters(piece.length());
    text.append(piece);
  }
}

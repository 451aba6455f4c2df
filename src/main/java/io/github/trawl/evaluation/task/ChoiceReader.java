package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.PythonLiteral;
import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the choices ({@code doc_to_choice}) and the right answers ({@code doc_to_target}) of a row
 * by the rules of lm-evaluation-harness.
 *
 * <p>A template that only names a field gives the field's own value: a text is the answer itself,
 * even if it consists of digits. Any other template is rendered to a text; if the text is a list in
 * Python's notation, such as {@code [0, 2]} or {@code ['no', 'yes']}, its elements are the values.
 * In a task with choices, a whole number in {@code doc_to_target} is the index of the right choice,
 * be it the value of a field, an element of a list or a rendered text of digits.
 */
final class ChoiceReader {
  /** The most digits of a text that is read as an index, so that it fits an {@code int}. */
  private static final int LONGEST_INDEX = 9;

  private static final String EMPTY_TARGET =
      "doc_to_target gives an empty list; leave such rows out with doc_filter";

  private final Template target;
  private final List<Template> choices;

  /**
   * @param target the template of the right answers
   * @param choices one template that gives a list, or one for each choice; empty for a task without
   *     choices
   */
  ChoiceReader(Template target, List<Template> choices) {
    this.target = target;
    this.choices = choices;
  }

  /** Returns the choices of a row; numbers as Python writes them. */
  List<String> choices(Map<String, Object> fields) {
    List<String> texts = new ArrayList<>();
    if (choices.size() == 1) {
      for (Object choice : list(choices.get(0), fields)) {
        texts.add(text(choice, "doc_to_choice"));
      }
    } else {
      choices.forEach(template -> texts.add(template.render(fields)));
    }
    if (texts.isEmpty() || texts.contains("")) {
      throw new IllegalRowException("doc_to_choice gives " + texts + "; choices can't be empty");
    }
    return texts;
  }

  /**
   * Returns the indices of the right choices of a row, at least one.
   *
   * @param texts the choices of the row
   */
  List<Integer> rightIndices(List<String> texts, Map<String, Object> fields) {
    Object value = target(fields);
    List<Integer> indices = new ArrayList<>();
    for (Object each : value instanceof List<?> list ? list : List.of(value)) {
      indices.add(index(each, texts));
    }
    return indices;
  }

  /** Returns the right answers of a row without choices, at least one. */
  List<String> answers(Map<String, Object> fields) {
    Object value = target(fields);
    List<String> answers = new ArrayList<>();
    for (Object each : value instanceof List<?> list ? list : List.of(value)) {
      answers.add(text(each, "doc_to_target"));
    }
    return answers;
  }

  /** Returns a number for an index, a text for an answer, or a List of such values. */
  private Object target(Map<String, Object> fields) {
    Object value = target.value(fields);
    if (value == null) {
      throw new IllegalRowException(
          choices.isEmpty()
              ? "'"
                  + target
                  + "' gives null; give a default, as in {{name or ''}}, or leave"
                  + " such rows out with doc_filter"
              : "the answer is null; check doc_to_target");
    }
    if (value instanceof List<?> list && list.isEmpty()) {
      throw new IllegalRowException(EMPTY_TARGET);
    }
    if (target.isFieldOrConstant() || value instanceof List<?>) {
      return value;
    }
    String rendered = target.render(fields);
    if (PythonLiteral.isList(rendered)) {
      List<Object> list = PythonLiteral.list(rendered);
      if (list.isEmpty()) {
        throw new IllegalRowException(EMPTY_TARGET);
      }
      return list;
    }
    return !choices.isEmpty() && isIndex(rendered) ? (Object) Long.valueOf(rendered) : rendered;
  }

  /** Returns whether a text is a whole number of at most nine digits, without leading zeros. */
  static boolean isIndex(String text) {
    return text.length() <= LONGEST_INDEX && text.matches("0|[1-9][0-9]*");
  }

  /** Returns the index of a right choice. As in Python, true is 1 and false is 0. */
  private static int index(Object value, List<String> texts) {
    long index =
        value instanceof Boolean truth
            ? (truth ? 1 : 0)
            : value instanceof Long number ? number : texts.indexOf(text(value, "doc_to_target"));
    if (index < 0 || index >= texts.size()) {
      throw new IllegalRowException(
          "the answer '"
              + text(value, "doc_to_target")
              + "' is neither one of the "
              + texts.size()
              + " choices nor the index of one");
    }
    return (int) index;
  }

  private static List<?> list(Template template, Map<String, Object> fields) {
    Object value = template.value(fields);
    if (value instanceof List<?> list) {
      return list;
    }
    if (!template.isFieldOrConstant()
        && value instanceof String text
        && PythonLiteral.isList(text)) {
      return PythonLiteral.list(text);
    }
    throw new IllegalRowException("doc_to_choice gives no list");
  }

  private static String text(Object value, String key) {
    if (value instanceof Double number) {
      return PythonText.number(number);
    }
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value instanceof String || value instanceof Number) {
      return value.toString();
    }
    throw new IllegalRowException(
        key + " gives '" + value + "', which is neither a text nor a number");
  }
}

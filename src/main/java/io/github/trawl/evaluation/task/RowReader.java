package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.template.Template;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads the question and the answers of a row that is evaluated or serves as few-shot example. */
final class RowReader {
  private final OutputType type;
  private final Template text;
  private final Template target;
  private final ChoiceReader reader;

  /**
   * @param text the template of the question
   * @param target the template of the answer, or of the index of the right choice
   * @param choices the templates of the choices, as {@link ChoiceReader} takes them
   */
  RowReader(OutputType type, Template text, Template target, List<Template> choices) {
    this.type = type;
    this.text = text;
    this.target = target;
    this.reader = new ChoiceReader(target, choices);
  }

  /** Returns the question of a row; empty for a task that scores whole texts. */
  String text(Map<String, Object> fields) {
    if (type == OutputType.PERPLEXITY) {
      return "";
    }
    String question = text.render(fields);
    if (type == OutputType.CHOICE && ChoiceReader.isIndex(question) && !isText(fields)) {
      throw new IllegalRowException(
          "the prompt is the number "
              + question
              + ", which lm-evaluation-harness takes for the index of one of several prompts;"
              + " write a text around it");
    }
    return question;
  }

  /** Returns whether the question stands for a field that holds a text, which is never an index. */
  private boolean isText(Map<String, Object> fields) {
    return text.isFieldOrConstant() && text.value(fields) instanceof String;
  }

  /** Returns the choices of a row, or its right answers if the task has no choices. */
  List<String> answers(Map<String, Object> fields) {
    return type == OutputType.CHOICE ? reader.choices(fields) : rightAnswers(fields);
  }

  /** Returns the indices of the right answers among {@link #answers}, at least one. */
  List<Integer> rightIndices(List<String> answers, Map<String, Object> fields) {
    return type == OutputType.CHOICE
        ? reader.rightIndices(answers, fields)
        : IntStream.range(0, answers.size()).boxed().toList();
  }

  private List<String> rightAnswers(Map<String, Object> fields) {
    boolean one = type == OutputType.LOGLIKELIHOOD || type == OutputType.PERPLEXITY;
    List<String> answers = one ? List.of(target.render(fields)) : reader.answers(fields);
    for (String answer : answers) {
      if (answer.isEmpty()) {
        throw new IllegalRowException("the answer is empty; check doc_to_target");
      }
      if (!one && PythonText.isBlank(answer)) {
        throw new IllegalRowException(
            "the answer is white space alone, which any text holds; check doc_to_target");
      }
    }
    return answers;
  }
}

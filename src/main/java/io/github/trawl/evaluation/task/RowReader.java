package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.template.Template;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads question and answers of a row, be it evaluated or an example in a prompt. */
final class RowReader {
  private final OutputType type;
  private final Template text;
  private final Template target;
  private final ChoiceReader reader;

  /**
   * @param text the question
   * @param target the answer, or of a choice its index
   * @param choices as {@link ChoiceReader} has them
   */
  RowReader(OutputType type, Template text, Template target, List<Template> choices) {
    this.type = type;
    this.text = text;
    this.target = target;
    this.reader = new ChoiceReader(target, choices);
  }

  /** The question; empty for a task that scores whole texts. */
  String text(Map<String, Object> fields) {
    if (type == OutputType.PERPLEXITY) {
      return "";
    }
    String question = text.render(fields);
    if (type == OutputType.CHOICE && ChoiceReader.isIndex(question) && !isText(fields)) {
      throw new IllegalRowException(
          "the prompt is the number "
              + question
              + ", for lm-evaluation-harness an index of several prompts; write a text around it");
    }
    return question;
  }

  /** Whether the question is a field that holds a text, which is never an index. */
  private boolean isText(Map<String, Object> fields) {
    return text.isBare() && text.value(fields) instanceof String;
  }

  /** The choices, or the right answers of a row without choices. */
  List<String> answers(Map<String, Object> fields) {
    return type == OutputType.CHOICE ? reader.choices(fields) : rightAnswers(fields);
  }

  /** The indices of the right ones among {@link #answers}, at least one. */
  List<Integer> right(List<String> answers, Map<String, Object> fields) {
    return type == OutputType.CHOICE
        ? reader.right(answers, fields)
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

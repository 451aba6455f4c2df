package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.task.TaskDefinition.Prompts;
import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.template.TemplateException;
import io.github.trawl.evaluation.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Renders the rows of a task. */
final class ExampleBuilder {
  /** LASER appends five masks to a prompt and looks for the answer among their fills. */
  private static final String FIVE_MASKS = (" " + MaskedEncoder.MASK).repeat(5);

  private final TaskDefinition task;
  private final List<Map<String, Object>> rows;
  private final Prompts prompts;
  private final ChoiceReader reader;
  private final TextTokenizer tokenizer;
  private final TextTokenizer answerTokenizer;
  private final Prompting prompting;

  /**
   * @param rows of the task's data; a template that names a field of one of them is that field
   * @param tokenizer of the model
   * @param answerTokenizer by which the answers' lengths are counted
   * @param prompting of causal models
   */
  ExampleBuilder(
      TaskDefinition task,
      List<Map<String, Object>> rows,
      TextTokenizer tokenizer,
      TextTokenizer answerTokenizer,
      Prompting prompting) {
    this.task = task;
    this.rows = rows;
    this.tokenizer = tokenizer;
    this.answerTokenizer = answerTokenizer;
    this.prompting = prompting;
    Set<String> fields = new HashSet<>();
    rows.forEach(row -> fields.addAll(row.keySet()));
    this.prompts = task.prompts().over(fields);
    this.reader = new ChoiceReader(prompts.target(), prompts.choices());
  }

  /**
   * The examples of the first {@code limit} rows that count.
   *
   * @throws TrawlException if a row lacks a field or gives no answer
   */
  List<Example> examples(int limit) {
    List<Integer> kept = new ArrayList<>();
    for (int row = 0; row < rows.size() && kept.size() < limit; row++) {
      if (counts(row, rows.get(row))) {
        kept.add(row);
      }
    }
    // Protocol of LASER: the first int(0.2 n) examples choose, the others report.
    int validation = (int) (task.validationFraction() * kept.size());
    List<Example> examples = new ArrayList<>();
    for (int row : kept) {
      Split split = examples.size() < validation ? Split.VALIDATION : Split.TEST;
      try {
        examples.add(example(examples.size(), row, split));
      } catch (TemplateException | IllegalRowException e) {
        throw wrong(row, e.getMessage());
      }
    }
    if (examples.isEmpty()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT, "task " + task.name() + ": no row passes doc_filter");
    }
    return examples;
  }

  private boolean counts(int row, Map<String, Object> fields) {
    try {
      Object value = prompts.filter().isEmpty() ? true : prompts.filter().get().value(fields);
      if (value instanceof Boolean truth) {
        return truth && hasShortAnswer(fields);
      }
      throw wrong(row, "doc_filter is '" + value + "', neither true nor false");
    } catch (TemplateException | IllegalRowException e) {
      throw wrong(row, e.getMessage());
    }
  }

  private boolean hasShortAnswer(Map<String, Object> fields) {
    return task.maxAnswerTokens().isEmpty()
        || answerTokenizer.encode(answers(fields).get(0), true).length
            <= task.maxAnswerTokens().getAsInt();
  }

  /** Returns the fields with those of a masked prompt cut to their last tokens. */
  private Map<String, Object> cut(Map<String, Object> fields) {
    Map<String, Object> cut = new LinkedHashMap<>(fields);
    prompts
        .maskedLastTokens()
        .forEach(
            (name, most) -> {
              if (!(fields.get(name) instanceof String text)) {
                throw new IllegalRowException("has no text '" + name + "' to cut");
              }
              int[] tokens = tokenizer.encode(text, false);
              if (tokens.length > most) {
                cut.put(
                    name,
                    tokenizer.decode(
                        Arrays.copyOfRange(tokens, tokens.length - most, tokens.length)));
              }
            });
    return cut;
  }

  private Example example(int index, int row, Split split) {
    Map<String, Object> fields = rows.get(row);
    boolean wholeText = task.outputType() == OutputType.PERPLEXITY;
    boolean choice = task.outputType() == OutputType.CHOICE;
    String text = wholeText ? "" : prompts.text().render(fields);
    if (choice && (ChoiceReader.isIndex(text) && !isText(fields))) {
      throw new IllegalRowException(
          "the prompt is the number "
              + text
              + ", for lm-evaluation-harness an index of several prompts; write a text around it");
    }
    String preamble = wholeText ? "" : prompting.preamble(task);
    String context = preamble + text;
    String masked =
        prompts
            .masked()
            .map(template -> preamble + template.render(cut(fields)))
            .orElseGet(() -> withMasks(context));
    String causal =
        wholeText
            ? ""
            : prompting.isChat() ? prompting.context(task, beforeMask(text)) : beforeMask(context);
    List<String> answers = choice ? reader.choices(fields) : answers(fields);
    List<Integer> right =
        choice
            ? reader.right(answers, fields)
            : IntStream.range(0, answers.size()).boxed().toList();
    String counted =
        wholeText
            ? prompts.counted().map(template -> template.render(fields)).orElse(answers.get(0))
            : "";
    for (String part : List.of(causal, masked, counted, String.join(" ", answers))) {
      requireCharacters(part);
    }
    return new Example(index, row, split, causal, checked(masked), answers, right, counted);
  }

  private static String beforeMask(String text) {
    int mask = text.indexOf(MaskedEncoder.MASK);
    return mask < 0 ? text : PythonText.rstrip(text.substring(0, mask));
  }

  /** Whether the prompt is a field that holds a text, which is never an index. */
  private boolean isText(Map<String, Object> fields) {
    return prompts.text().isBare() && prompts.text().value(fields) instanceof String;
  }

  /** The right answers of a row without choices. */
  private List<String> answers(Map<String, Object> fields) {
    boolean one =
        task.outputType() == OutputType.LOGLIKELIHOOD || task.outputType() == OutputType.PERPLEXITY;
    List<String> answers = one ? List.of(prompts.target().render(fields)) : reader.answers(fields);
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

  /** Half a character of UTF-16 has no bytes, so no tokenizer takes it. */
  private static void requireCharacters(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isHighSurrogate(text.charAt(i))
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(text.charAt(i))) {
        throw new IllegalRowException(
            "holds \\u%04x, half a character, of which no tokenizer makes tokens; mend the row"
                .formatted((int) text.charAt(i)));
      }
    }
  }

  private String withMasks(String context) {
    if (context.contains(MaskedEncoder.MASK)) {
      return context;
    }
    return task.outputType() == OutputType.CHOICE
        ? context + task.targetDelimiter() + MaskedEncoder.MASK
        : context + FIVE_MASKS;
  }

  private static String checked(String masked) {
    int first = masked.indexOf(MaskedEncoder.MASK);
    int last = masked.lastIndexOf(MaskedEncoder.MASK);
    if (first < 0) {
      throw new IllegalRowException("the masked prompt has no [MASK]; check masked.doc_to_text");
    }
    if (!PythonText.isBlank(masked.substring(first, last).replace(MaskedEncoder.MASK, ""))) {
      throw new IllegalRowException("masks must stand side by side; check masked.doc_to_text");
    }
    return masked;
  }

  private TrawlException wrong(int row, String what) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        String.format("task %s, row %d of the data: %s", task.name(), row, what));
  }
}

package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.task.TaskDefinition.Prompts;
import io.github.trawl.evaluation.template.TemplateException;
import io.github.trawl.evaluation.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Renders the rows of a task. */
final class ExampleBuilder {
  /** LASER appends five masks to a prompt and looks for the answer among their fills. */
  private static final String FIVE_MASKS = (" " + MaskedEncoder.MASK).repeat(5);

  private final TaskDefinition task;
  private final List<Map<String, Object>> rows;
  private final Prompts prompts;
  private final TextTokenizer tokenizer;
  private final TextTokenizer answerTokenizer;

  /**
   * @param rows of the task's data; a template that names a field of one of them is that field
   * @param tokenizer of the model
   * @param answerTokenizer by which the answers' lengths are counted
   */
  ExampleBuilder(
      TaskDefinition task,
      List<Map<String, Object>> rows,
      TextTokenizer tokenizer,
      TextTokenizer answerTokenizer) {
    this.task = task;
    this.rows = rows;
    this.tokenizer = tokenizer;
    this.answerTokenizer = answerTokenizer;
    Set<String> fields = new HashSet<>();
    rows.forEach(row -> fields.addAll(row.keySet()));
    this.prompts = task.prompts().over(fields);
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
    } catch (TemplateException e) {
      throw wrong(row, e.getMessage());
    }
  }

  private boolean hasShortAnswer(Map<String, Object> fields) {
    return task.maxAnswerTokens().isEmpty()
        || answerTokenizer.encode(prompts.target().render(fields), true).length
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
    String context =
        task.outputType() == OutputType.PERPLEXITY
            ? ""
            : prompts.description() + prompts.text().render(fields);
    String masked =
        prompts
            .masked()
            .map(template -> prompts.description() + template.render(cut(fields)))
            .orElseGet(() -> withMasks(context));
    int firstMask = context.indexOf(MaskedEncoder.MASK);
    String causal = firstMask < 0 ? context : context.substring(0, firstMask).stripTrailing();
    if (task.outputType() == OutputType.CHOICE) {
      List<String> choices = choices(fields);
      return new Example(
          index, row, split, causal, checked(masked), choices, gold(choices, fields), "");
    }
    String target = prompts.target().render(fields);
    if (target.isBlank()) {
      throw new IllegalRowException("the answer is empty; check doc_to_target");
    }
    String counted =
        task.outputType() == OutputType.PERPLEXITY
            ? prompts.counted().map(template -> template.render(fields)).orElse(target)
            : "";
    return new Example(index, row, split, causal, checked(masked), List.of(target), 0, counted);
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
    if (!masked.substring(first, last).replace(MaskedEncoder.MASK, "").isBlank()) {
      throw new IllegalRowException("masks must stand side by side; check masked.doc_to_text");
    }
    return masked;
  }

  private List<String> choices(Map<String, Object> fields) {
    List<String> choices = new ArrayList<>();
    if (prompts.choices().size() == 1) {
      if (!(prompts.choices().get(0).value(fields) instanceof List<?> list)) {
        throw new IllegalRowException("doc_to_choice gives no list");
      }
      for (Object choice : list) {
        if (!(choice instanceof String text)) {
          throw new IllegalRowException("doc_to_choice gives '" + choice + "', which is no text");
        }
        choices.add(text);
      }
    } else {
      prompts.choices().forEach(template -> choices.add(template.render(fields)));
    }
    if (choices.isEmpty() || choices.stream().anyMatch(String::isBlank)) {
      throw new IllegalRowException("doc_to_choice gives " + choices + "; choices can't be empty");
    }
    return choices;
  }

  /** The index of the right choice, from an index, its digits or the choice itself. */
  private int gold(List<String> choices, Map<String, Object> fields) {
    Object value = prompts.target().value(fields);
    if (value == null) {
      throw new IllegalRowException("the answer is null; check doc_to_target");
    }
    String target = value.toString();
    int gold = choices.indexOf(target);
    if (!target.isEmpty() && target.length() < 10 && target.chars().allMatch(Character::isDigit)) {
      gold = Integer.parseInt(target);
    }
    if (gold < 0 || gold >= choices.size()) {
      throw new IllegalRowException(
          "the answer '"
              + target
              + "' is neither one of the "
              + choices.size()
              + " choices nor the index of one");
    }
    return gold;
  }

  private TrawlException wrong(int row, String what) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        String.format("task %s, row %d of the data: %s", task.name(), row, what));
  }

  private static final class IllegalRowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IllegalRowException(String message) {
      super(message);
    }
  }
}

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
import java.util.Optional;
import java.util.Set;

/** Builds the examples of a task from its rows: filters the rows and renders their templates. */
final class ExampleBuilder {
  /** LASER appends five masks to a prompt and looks for the answer among their fills. */
  private static final String FIVE_MASKS = (" " + MaskedEncoder.MASK).repeat(5);

  private static final String DATA = "the data";

  private final TaskDefinition task;
  private final List<Map<String, Object>> rows;
  private final Prompts prompts;
  private final Set<String> fields;
  private final RowReader reader;
  private final List<Map<String, Object>> fewShotRows;
  private final TextTokenizer tokenizer;
  private final TextTokenizer answerTokenizer;
  private final PromptBuilder prompting;

  /**
   * @param rows the rows of the task's data; a template that is the name of a field of any of them
   *     stands for that field
   * @param fewShotRows the rows from which few-shot examples are taken, unless they are taken from
   *     {@code rows}
   * @param tokenizer the model's tokenizer
   * @param answerTokenizer the tokenizer by which the lengths of answers are measured
   * @param prompting how prompts of causal models are put together
   */
  ExampleBuilder(
      TaskDefinition task,
      List<Map<String, Object>> rows,
      List<Map<String, Object>> fewShotRows,
      TextTokenizer tokenizer,
      TextTokenizer answerTokenizer,
      PromptBuilder prompting) {
    this.task = task;
    this.rows = rows;
    this.tokenizer = tokenizer;
    this.answerTokenizer = answerTokenizer;
    this.fewShotRows = fewShotRows;
    this.prompting = prompting;
    this.fields = new HashSet<>();
    rows.forEach(row -> fields.addAll(row.keySet()));
    this.prompts = task.prompts().forFields(fields);
    this.reader =
        new RowReader(task.outputType(), prompts.text(), prompts.target(), prompts.choices());
  }

  /**
   * Returns the examples of the first {@code limit} rows that pass {@code doc_filter} and {@code
   * max_answer_tokens}.
   *
   * @throws TrawlException if a row lacks a field or doesn't fit the task otherwise, or no row
   *     passes
   */
  List<Example> examples(int limit) {
    List<Integer> kept = new ArrayList<>();
    for (int row = 0; row < rows.size() && kept.size() < limit; row++) {
      if (passesFilters(DATA, row, rows.get(row))) {
        kept.add(row);
      }
    }
    // As in LASER, whose fraction is 0.2: the first int(fraction·n) examples choose an edit, the
    // others measure it.
    int validation = (int) (task.validationFraction() * kept.size());
    Optional<FewShotSampler> fewShots = task.fewShot().map(this::fewShots);
    List<Example> examples = new ArrayList<>();
    for (int row : kept) {
      Split split = examples.size() < validation ? Split.VALIDATION : Split.TEST;
      try {
        examples.add(example(examples.size(), row, split, fewShots));
      } catch (TemplateException | IllegalRowException e) {
        throw wrong(DATA, row, e.getMessage());
      }
    }
    if (examples.isEmpty()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "task "
              + task.name()
              + ": no row passes doc_filter and max_answer_tokens; check these keys and the data");
    }
    return examples;
  }

  /**
   * Returns the source of few-shot examples: the rows that pass the task's filters, or all samples
   * if the task file itself lists them.
   */
  private FewShotSampler fewShots(FewShotSettings settings) {
    FewShotSettings.Source source = settings.source();
    List<Map<String, Object>> all = source.isEvaluated() ? rows : fewShotRows;
    List<FewShotSampler.Row> pool = new ArrayList<>();
    for (int row = 0; row < all.size(); row++) {
      if (!source.samples().isEmpty()
          || passesFilters("the split '" + source.split() + "'", row, all.get(row))) {
        pool.add(new FewShotSampler.Row(row, all.get(row)));
      }
    }
    return new FewShotSampler(task.outputType(), settings.forFields(fields), pool);
  }

  private boolean passesFilters(String source, int row, Map<String, Object> fields) {
    try {
      Object value = prompts.filter().isEmpty() ? true : prompts.filter().get().value(fields);
      if (value instanceof Boolean truth) {
        return truth && hasShortAnswer(fields);
      }
      throw wrong(source, row, "doc_filter is '" + value + "', neither true nor false");
    } catch (TemplateException | IllegalRowException e) {
      throw wrong(source, row, e.getMessage());
    }
  }

  /** Returns whether the row's answer, or the first right one, passes {@code max_answer_tokens}. */
  private boolean hasShortAnswer(Map<String, Object> fields) {
    return task.maxAnswerTokens().isEmpty()
        || answerTokenizer.encode(reader.answers(fields).get(0), true).length
            <= task.maxAnswerTokens().getAsInt();
  }

  /**
   * Returns the fields, of which those named by {@code last_tokens} keep only their last tokens.
   */
  private Map<String, Object> keepLastTokens(Map<String, Object> fields) {
    Map<String, Object> cut = new LinkedHashMap<>(fields);
    prompts
        .maskedLastTokens()
        .forEach(
            (name, most) -> {
              if (!(fields.get(name) instanceof String text)) {
                throw new IllegalRowException(
                    "the field '"
                        + name
                        + "' is missing or not a text, so masked.last_tokens can't cut it");
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

  private Example example(int index, int row, Split split, Optional<FewShotSampler> fewShots) {
    Map<String, Object> fields = rows.get(row);
    boolean wholeText = task.outputType() == OutputType.PERPLEXITY;
    String preamble = wholeText ? "" : prompting.preamble(task, description(fields));
    String text = reader.text(fields);
    String question = preamble + text;
    String masked =
        prompts
            .masked()
            .map(template -> preamble + template.render(keepLastTokens(fields)))
            .orElseGet(() -> withMasks(question));
    String causal = wholeText ? "" : causal(fields, preamble, text, fewShots);
    List<String> answers = reader.answers(fields);
    List<Integer> right = reader.rightIndices(answers, fields);
    String counted =
        wholeText
            ? prompts.countedText().map(template -> template.render(fields)).orElse(answers.get(0))
            : "";
    for (String part : List.of(causal, masked, counted, String.join(" ", answers))) {
      requireCharacters(part);
    }
    return new Example(index, row, split, causal, checked(masked), answers, right, counted);
  }

  /** Returns what a causal model reads before the answer. */
  private String causal(
      Map<String, Object> fields, String preamble, String text, Optional<FewShotSampler> fewShots) {
    if (fewShots.isEmpty()) {
      return prompting.isChat()
          ? prompting.context(task, preamble, FewShotSampler.Shots.NONE, beforeMask(text))
          : beforeMask(preamble + text);
    }
    if ((preamble + text).contains(MaskedEncoder.MASK)) {
      throw new IllegalRowException(
          "the prompt has [MASK], so no examples can stand before it; leave num_fewshot out");
    }
    return prompting.context(task, preamble, fewShots.get().next(fields), text);
  }

  /** Returns the text before the first mask, where a causal model answers; all without a mask. */
  private static String beforeMask(String text) {
    int mask = text.indexOf(MaskedEncoder.MASK);
    return mask < 0 ? text : PythonText.rstrip(text.substring(0, mask));
  }

  /** Returns the description; empty if it stands for a field that is null in the row. */
  private String description(Map<String, Object> fields) {
    return prompts
        .description()
        .map(
            template ->
                template.isFieldOrConstant() && template.value(fields) == null
                    ? ""
                    : template.render(fields))
        .orElse("");
  }

  /** Refuses an unpaired surrogate: it has no UTF-8 bytes, so no tokenizer encodes it. */
  private static void requireCharacters(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isHighSurrogate(text.charAt(i))
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(text.charAt(i))) {
        throw new IllegalRowException(
            "holds \\u%04x, half of a surrogate pair, which can't be tokenized; correct the row"
                .formatted((int) text.charAt(i)));
      }
    }
  }

  /** Returns the text with masks after it, unless it has masks. */
  private String withMasks(String context) {
    if (context.contains(MaskedEncoder.MASK)) {
      return context;
    }
    return task.outputType() == OutputType.CHOICE
        ? context + task.targetDelimiter() + MaskedEncoder.MASK
        : context + FIVE_MASKS;
  }

  /** Refuses a masked prompt without masks, or with text between them. */
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

  private TrawlException wrong(String source, int row, String what) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        String.format("task %s, row %d of %s: %s", task.name(), row, source, what));
  }
}

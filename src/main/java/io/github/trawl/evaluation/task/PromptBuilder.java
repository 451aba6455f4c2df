package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.template.ChatTemplate;
import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.template.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts together what a causal model reads before the answer from a task's description, few-shot
 * examples and the prompt of a row, as lm-evaluation-harness 0.4.13 does: one after the other, or
 * as the messages of a chat, in which the description has the role {@code system} and the prompt
 * the role {@code user}. In a chat the examples are turns of {@code user} and {@code assistant}, or
 * stand before the prompt in the same message.
 */
public final class PromptBuilder {
  /** Puts the prompt after the description, without a chat template or a system instruction. */
  public static final PromptBuilder PLAIN =
      new PromptBuilder(Optional.empty(), null, Map.of(), Optional.empty(), true);

  private static final String PAD = "pad_token";
  private static final Logger LOG = LoggerFactory.getLogger(PromptBuilder.class);

  private final Optional<String> source;
  private final ChatTemplate template;
  private final Map<String, Object> variables;
  private final Optional<String> systemInstruction;
  private final boolean multiturn;
  private final AtomicBoolean warned = new AtomicBoolean();

  private PromptBuilder(
      Optional<String> source,
      ChatTemplate template,
      Map<String, Object> variables,
      Optional<String> systemInstruction,
      boolean multiturn) {
    this.source = source;
    this.template = template;
    this.variables = variables;
    this.systemInstruction = systemInstruction;
    this.multiturn = multiturn;
  }

  /**
   * Returns a builder with a model's chat template, a system instruction, or both.
   *
   * @param model the model, for messages
   * @param chatTemplate the source of the template
   * @param specialTokens variables of the template, by names such as {@code bos_token}
   * @param systemInstruction a text before every description
   * @param multiturn whether few-shot examples in a chat are messages of their own
   * @throws TrawlException if the template uses a part of Jinja that is not supported
   */
  public static PromptBuilder of(
      String model,
      Optional<String> chatTemplate,
      Map<String, String> specialTokens,
      Optional<String> systemInstruction,
      boolean multiturn) {
    try {
      return new PromptBuilder(
          chatTemplate,
          chatTemplate.map(ChatTemplate::parse).orElse(null),
          variables(specialTokens),
          systemInstruction,
          multiturn);
    } catch (TemplateException e) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "--apply-chat-template, "
              + model
              + ": the chat template can't be used: "
              + e.getMessage()
              + "; simplify it in a copy of the model's files, or leave the option out",
          e);
    }
  }

  /**
   * Returns the variables of the template. As in the harness, a tokenizer without a padding token
   * pads with the unknown token, else with the end token.
   */
  private static Map<String, Object> variables(Map<String, String> specialTokens) {
    Map<String, Object> variables = new HashMap<>(specialTokens);
    for (String other : List.of("unk_token", "eos_token")) {
      if (!variables.containsKey(PAD) && variables.containsKey(other)) {
        variables.put(PAD, variables.get(other));
      }
    }
    return variables;
  }

  /** Returns whether there is a chat template. */
  public boolean isChat() {
    return template != null;
  }

  /** Returns whether few-shot examples in a chat are messages of their own. */
  public boolean isMultiturn() {
    return multiturn;
  }

  /** Returns the source of the chat template. */
  public Optional<String> chatTemplate() {
    return source;
  }

  /** Returns the text before every description. */
  public Optional<String> systemInstruction() {
    return systemInstruction;
  }

  /**
   * Returns the text before a prompt: the system instruction and the description. Between them is
   * the task's {@code fewshot_delimiter}, unless white space is there.
   *
   * @param description the task's description, rendered for the prompt's row
   */
  String preamble(TaskDefinition task, String description) {
    String instruction = systemInstruction.orElse("");
    if (instruction.isEmpty() || description.isEmpty()) {
      return instruction + description;
    }
    boolean spaced =
        PythonText.isSpace(instruction.charAt(instruction.length() - 1))
            || PythonText.isSpace(description.charAt(0));
    return instruction + (spaced ? "" : delimiter(task)) + description;
  }

  private static String delimiter(TaskDefinition task) {
    return new TaskKeys(task.name(), "", task.settings())
        .text("fewshot_delimiter")
        .orElse(FewShotParser.DEFAULT_DELIMITER);
  }

  /**
   * Returns what a causal model reads before the answer. If the chat template refuses a system
   * message, it is rendered without one, as in the harness.
   *
   * @param preamble the text before the examples
   * @param examples the few-shot examples; {@link FewShotSampler.Shots#NONE} for none
   * @param text the rendered prompt of a row
   * @throws IllegalRowException if the chat template can't be rendered
   */
  String context(TaskDefinition task, String preamble, FewShotSampler.Shots examples, String text) {
    if (template == null) {
      return preamble + examples.text() + text;
    }
    List<Map<String, Object>> messages = new ArrayList<>();
    if (multiturn) {
      for (FewShotSampler.Shot shot : examples.shots()) {
        messages.add(message("user", shot.question()));
        messages.add(message("assistant", shot.answer()));
      }
    }
    messages.add(message("user", multiturn ? text : examples.text() + text));
    if (preamble.isEmpty()) {
      return rendered(messages);
    }
    List<Map<String, Object>> withSystem = new ArrayList<>(messages);
    withSystem.add(0, message("system", preamble));
    try {
      return template.render(withSystem, variables);
    } catch (TemplateException e) {
      if (!ChatTemplate.isRefusal(e)) {
        throw new IllegalRowException("the chat template fails: " + e.getMessage());
      }
      warnOfRefusal(task, e);
      return rendered(messages);
    }
  }

  private void warnOfRefusal(TaskDefinition task, TemplateException refusal) {
    if (!warned.getAndSet(true)) {
      LOG.warn(
          "task {}: the chat template takes no system message ({}); it is left out, as"
              + " lm-evaluation-harness does",
          task.name(),
          refusal.getMessage());
    }
  }

  private String rendered(List<Map<String, Object>> messages) {
    try {
      return template.render(messages, variables);
    } catch (TemplateException e) {
      throw new IllegalRowException("the chat template fails: " + e.getMessage());
    }
  }

  private static Map<String, Object> message(String role, String content) {
    // The order matters to a template that prints the whole message.
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("content", content);
    return message;
  }
}

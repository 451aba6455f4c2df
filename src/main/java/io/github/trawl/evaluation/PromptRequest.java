package io.github.trawl.evaluation;

import java.util.Optional;

/**
 * How prompts are to be put to a model.
 *
 * @param chat whether as the messages of a chat, by the model's chat template
 * @param chatTemplate the name of the template, if the model has several
 * @param systemInstruction a text before every description
 */
public record PromptRequest(
    boolean chat, Optional<String> chatTemplate, Optional<String> systemInstruction) {
  /** Prompts as the tasks have them. */
  public static final PromptRequest PLAIN =
      new PromptRequest(false, Optional.empty(), Optional.empty());
}

package io.github.trawl.evaluation;

import java.util.Optional;

/**
 * The user's choice of how prompts are put to a model.
 *
 * @param chat whether prompts are written as the messages of a chat, by the model's chat template
 * @param chatTemplate the name of one of the model's templates; empty for its default one
 * @param systemInstruction a text that stands before the description of every task, if any
 * @param multiturn whether few-shot examples in a chat are messages of their own; if not, they
 *     stand before the question in its message
 */
public record PromptFormat(
    boolean chat,
    Optional<String> chatTemplate,
    Optional<String> systemInstruction,
    boolean multiturn) {
  /** Prompts as the tasks define them, without a chat or a system instruction. */
  public static final PromptFormat PLAIN =
      new PromptFormat(false, Optional.empty(), Optional.empty(), true);
}

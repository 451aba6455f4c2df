package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.PromptFormat;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options for the form of prompts. */
final class PromptOptions {
  /**
   * The value of the option if it is given without a NAME, as lm-evaluation-harness allows it on
   * the command line. In a --config file it must be written out.
   */
  private static final String YES = "true";

  private static final String NO = "false";

  @Option(
      names = "--apply-chat-template",
      arity = "0..1",
      fallbackValue = YES,
      paramLabel = "NAME",
      description =
          "Puts prompts to the model as messages of a chat, by its chat template; NAME chooses one of several.")
  private String chatTemplate;

  @Option(
      names = "--system-instruction",
      paramLabel = "TEXT",
      description =
          "A text before the description of every task; in a chat both make up the system message.")
  private String systemInstruction;

  @Option(
      names = "--fewshot-as-multiturn",
      arity = "0..1",
      fallbackValue = YES,
      paramLabel = "BOOL",
      description =
          "Whether examples in a chat are messages of their own (default: true); if not, they stand before the question in its message.")
  private Boolean multiturn;

  PromptFormat promptFormat() {
    boolean chat = chatTemplate != null && !chatTemplate.equalsIgnoreCase(NO);
    if (!chat && Boolean.TRUE.equals(multiturn)) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "--fewshot-as-multiturn is for chats; give --apply-chat-template, or leave it out");
    }
    return new PromptFormat(
        chat,
        chat && !chatTemplate.equalsIgnoreCase(YES) ? Optional.of(chatTemplate) : Optional.empty(),
        Optional.ofNullable(systemInstruction).filter(text -> !text.isEmpty()),
        !Boolean.FALSE.equals(multiturn));
  }
}

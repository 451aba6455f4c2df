package io.github.trawl.evaluation.template;

/** The settings of Jinja with which a template is read. */
enum Dialect {
  /**
   * The settings of lm-evaluation-harness for tasks: the use of an undefined value is an error, and
   * white space around tags is kept. Unlike in Jinja, printing a null, a list or a map is an error,
   * because no prompt is meant to contain {@code None}.
   */
  TASK,

  /**
   * The settings of transformers for chats: undefined values are empty, a statement alone on its
   * line leaves no white space ({@code trim_blocks}, {@code lstrip_blocks}), loops have {@code
   * break} and {@code continue}, and there are further functions and tags of transformers.
   */
  CHAT
}

package io.github.trawl.evaluation.template;

/** Whose settings of Jinja a template is read with. */
enum Dialect {
  /**
   * Those of lm-evaluation-harness for tasks: something undefined is an error, white space stays.
   * Beyond Jinja, nulls and lists are not printed, as no prompt wants {@code None}.
   */
  TASK,

  /**
   * Those of transformers for chats: something undefined is empty, the line of a statement leaves
   * no white space ({@code trim_blocks}, {@code lstrip_blocks}), loops can be left, and there are
   * functions and tags of its own.
   */
  CHAT
}

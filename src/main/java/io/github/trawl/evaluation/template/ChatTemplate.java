package io.github.trawl.evaluation.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's chat template, read as transformers reads it: a subset of Jinja 2 in which something
 * undefined is empty. It may come from anyone: what is not supported is an error, rendering is
 * bounded in steps and characters, and there is nothing in reach but what it is given.
 */
public final class ChatTemplate {
  private final Node root;

  private ChatTemplate(Node root) {
    this.root = root;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it uses a part of Jinja that is not supported
   */
  public static ChatTemplate parse(String source) {
    try {
      return new ChatTemplate(new TemplateParser(source, Dialect.CHAT).template());
    } catch (StackOverflowError e) {
      throw new TemplateException("is nested too deeply");
    }
  }

  /**
   * A conversation as the text that a model is given to go on from.
   *
   * @param messages each with its role and content
   * @param variables what the template sees besides them, such as {@code bos_token}
   * @throws TemplateException if the template refuses the messages, or an operation doesn't fit its
   *     values
   */
  public String render(List<Map<String, Object>> messages, Map<String, Object> variables) {
    Map<String, Object> fields = new HashMap<>(variables);
    fields.put("messages", messages);
    fields.putIfAbsent("tools", null);
    fields.putIfAbsent("documents", null);
    fields.putIfAbsent("add_generation_prompt", true);
    return Template.render(root, new Run(Dialect.CHAT, fields));
  }

  /** Whether the template itself refused what it was given, by {@code raise_exception} or so. */
  public static boolean isRefusal(TemplateException failure) {
    return failure instanceof RaisedException;
  }
}

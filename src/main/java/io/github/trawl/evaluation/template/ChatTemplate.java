package io.github.trawl.evaluation.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's chat template, read as transformers reads it: a subset of Jinja 2 in which undefined
 * values are rendered as empty texts. Templates are untrusted: unsupported parts of Jinja are
 * errors, rendering is bounded in steps and characters, and a template sees nothing but its
 * variables.
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
   * Renders a conversation as the prompt that the model continues.
   *
   * @param messages maps with the keys {@code role} and {@code content}
   * @param variables further variables of the template, such as {@code bos_token}
   * @throws TemplateException if the template refuses the messages, or an operation doesn't fit its
   *     values
   */
  public String render(List<Map<String, Object>> messages, Map<String, Object> variables) {
    Map<String, Object> fields = new HashMap<>(variables);
    fields.put("messages", messages);
    fields.putIfAbsent("tools", null);
    fields.putIfAbsent("documents", null);
    fields.putIfAbsent("add_generation_prompt", true);
    return Template.render(root, new Rendering(Dialect.CHAT, fields));
  }

  /**
   * Returns whether a template refused its input, for instance by {@code raise_exception}, rather
   * than failed for another reason.
   */
  public static boolean isRefusal(TemplateException failure) {
    return failure instanceof JinjaTemplateException;
  }
}

package io.github.trawl.evaluation.template;

import java.util.HashMap;
import java.util.Map;

/** A value of Jinja's {@code namespace()}: attributes that outlive a loop that sets them. */
final class Namespace {
  private final Map<String, Object> attributes = new HashMap<>();

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  Object get(String name) {
    return attributes.get(name);
  }

  void set(Rendering run, String name, Object value) {
    if (run.isChat() && name.startsWith("_")) {
      // transformers renders chats in Jinja's sandbox, which refuses such names of attributes.
      throw new JinjaTemplateException("a namespace takes no attribute '" + name + "'");
    }
    attributes.put(name, value);
  }
}

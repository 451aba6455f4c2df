package io.github.trawl.evaluation.template;

/**
 * Thrown where Jinja raises a {@code TemplateError}: by {@code raise_exception}, the use of an
 * undefined value or another operation that Jinja forbids. After such an error
 * lm-evaluation-harness renders a chat template again without the system message.
 */
final class JinjaTemplateException extends TemplateException {
  private static final long serialVersionUID = 1L;

  JinjaTemplateException(String message) {
    super(message);
  }
}

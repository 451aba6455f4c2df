package io.github.trawl.evaluation.template;

/**
 * The template itself gives up, by {@code raise_exception} or the use of something undefined: what
 * Jinja calls a {@code TemplateError}, after which lm-evaluation-harness tries a chat template
 * again without the system message.
 */
final class RaisedException extends TemplateException {
  private static final long serialVersionUID = 1L;

  RaisedException(String message) {
    super(message);
  }
}

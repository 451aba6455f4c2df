package io.github.trawl.evaluation.template;

/** A template can't be parsed, or doesn't fit a row; the message is one line. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message);
  }
}

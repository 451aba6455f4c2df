package io.github.trawl.evaluation.template;

/** A template that can't be parsed, or that asks a row for what it doesn't have; one line. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message);
  }
}

package io.github.trawl.evaluation.template;

/**
 * The value of a missing variable, member or element. A strict one may only be passed on and tested
 * for being defined. A lenient one is also printed as an empty text, false, and without elements.
 *
 * @param what says what is missing, as the message of an error when the value is used
 */
record Undefined(String what, boolean strict) {
  /** Returns the error for a use that even a lenient value does not allow. */
  TemplateException useError() {
    return new JinjaTemplateException(what);
  }

  /** Refuses a use that a lenient value allows and a strict one does not. */
  void requireLenient() {
    if (strict) {
      throw useError();
    }
  }
}

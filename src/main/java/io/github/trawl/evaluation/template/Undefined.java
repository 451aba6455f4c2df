package io.github.trawl.evaluation.template;

/**
 * The value of a missing variable, member or element. A strict one may only be passed on and tested
 * for being defined. A lenient one may also be printed, which gives an empty text, be a condition,
 * which is false, and be looped over, which gives no elements.
 *
 * @param what what is missing: the message of the error if the value is used
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

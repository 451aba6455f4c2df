package io.github.trawl.evaluation.template;

/**
 * What stands for a name, member or element that is missing. A strict one allows nothing but to be
 * passed on and to be asked whether it is defined; another is empty where it is printed, false, and
 * without elements.
 *
 * @param what is missing, for the message of its use
 */
record Undefined(String what, boolean strict) {
  /** The error for a use that is never allowed. */
  TemplateException used() {
    return new RaisedException(what);
  }

  /** Refuses a use that only a strict one does not allow. */
  void requireLenient() {
    if (strict) {
      throw used();
    }
  }
}

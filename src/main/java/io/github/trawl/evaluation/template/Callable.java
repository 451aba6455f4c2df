package io.github.trawl.evaluation.template;

/** A function or macro that a template can call. */
@FunctionalInterface
interface Callable {
  Object call(Run run, Arguments arguments);
}

package io.github.trawl.evaluation.template;

/** A function or macro. */
@FunctionalInterface
interface Callable {
  Object call(Run run, Arguments arguments);
}

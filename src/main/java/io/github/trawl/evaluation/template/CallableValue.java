package io.github.trawl.evaluation.template;

/** A function or macro that a template can call. */
@FunctionalInterface
interface CallableValue {
  Object call(Rendering run, Arguments arguments);
}

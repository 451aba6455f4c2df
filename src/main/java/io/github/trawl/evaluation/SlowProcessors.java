package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.NumberType;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executors' processors that have no instructions for the number type of the model. The driver,
 * which decides on the type, may have another processor. Each is logged once in a session.
 */
final class SlowProcessors {
  private static final Logger LOG = LoggerFactory.getLogger(SlowProcessors.class);

  private final NumberType type;
  private final Set<String> found = ConcurrentHashMap.newKeySet();

  SlowProcessors(NumberType type) {
    this.type = type;
  }

  void add(String processor) {
    if (found.add(processor)) {
      LOG.warn(
          "an executor's processor ({}) has no instructions for {} and computes slowly in it;"
              + " --dtype float32 is likely to be faster there",
          processor,
          type);
    }
  }

  /** Returns those that were found so far. */
  Set<String> found() {
    return Set.copyOf(found);
  }
}

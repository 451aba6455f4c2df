package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** Brings a model into the memory of an executor. Travels there. */
@FunctionalInterface
interface ModelLoader extends Serializable {
  /**
   * Loads the model.
   *
   * @param threads native threads of an operation
   */
  LanguageModel load(ModelSource source, int threads, Configuration hadoop);
}

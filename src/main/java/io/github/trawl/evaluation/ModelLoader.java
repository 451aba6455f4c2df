package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Placement;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** Loads a model on an executor. The loader is sent there with the {@link ExecutionSettings}. */
@FunctionalInterface
interface ModelLoader extends Serializable {
  /**
   * Loads the weights of a model.
   *
   * @param placement the device and threads on which the model is to run
   */
  LanguageModel load(ModelSource source, Placement placement, Configuration hadoop);
}

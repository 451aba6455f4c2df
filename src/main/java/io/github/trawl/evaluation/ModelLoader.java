package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.Placement;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** Brings a model into the memory that an executor computes in. Travels there. */
@FunctionalInterface
interface ModelLoader extends Serializable {
  /**
   * Loads the model.
   *
   * @param placement where it computes
   */
  LanguageModel load(ModelSource source, Placement placement, Configuration hadoop);
}

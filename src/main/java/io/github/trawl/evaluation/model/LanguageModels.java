package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDManager;
import io.github.trawl.checkpoint.Checkpoint;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Brings checkpoints into memory. */
public final class LanguageModels {
  private LanguageModels() {}

  /**
   * Reads all weights of a checkpoint, as float32.
   *
   * @param threads native threads of an operation, at least 1; the setting is one for the whole
   *     process
   * @throws io.github.trawl.TrawlException if the family or a setting of {@code config.json} is not
   *     supported, a tensor is missing, has another shape than the config tells, or is not known to
   *     the family, the files can't be read, or there is no native library for this platform
   */
  public static LanguageModel open(Checkpoint checkpoint, Configuration hadoop, int threads) {
    ModelFamily family = ModelFamilies.of(checkpoint);
    TransformerSpec spec = family.describe(new ModelConfig(checkpoint));
    NDManager manager = TorchEngine.manager(threads);
    WeightStore weights = new WeightStore(checkpoint, manager);
    try {
      Transformer transformer = new Transformer(spec, weights);
      weights.requireAllUsed(family::ignores);
      weights.load(hadoop);
      return new TransformerModel(checkpoint.directory().toString(), transformer, weights, manager);
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  /**
   * What a checkpoint's configuration says of the model, without reading weights.
   *
   * @throws io.github.trawl.TrawlException if the family or a setting of {@code config.json} is not
   *     supported
   */
  public static ModelDescription describe(Checkpoint checkpoint) {
    TransformerSpec spec = ModelFamilies.of(checkpoint).describe(new ModelConfig(checkpoint));
    int heads = spec.blocks().stream().mapToInt(block -> block.attention().heads()).max().orElse(0);
    return new ModelDescription(spec.kind(), spec.context(), spec.blocks().size(), heads);
  }

  /** The {@code model_type}s that can be run, sorted. */
  public static List<String> modelTypes() {
    return ModelFamilies.modelTypes();
  }
}

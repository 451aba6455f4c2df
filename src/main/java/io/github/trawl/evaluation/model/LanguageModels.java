package io.github.trawl.evaluation.model;

import io.github.trawl.checkpoint.Checkpoint;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Loads and describes the models of checkpoints. */
public final class LanguageModels {
  private LanguageModels() {}

  /**
   * Reads all weights of a checkpoint.
   *
   * @param placement the device that holds the weights and computes, and its threads
   * @param type the number type in which the model computes, to which weights are rounded
   * @throws io.github.trawl.TrawlException if the family or a setting of {@code config.json} is not
   *     supported, a tensor is missing, has another shape than the config says, or is not known to
   *     the family, the files can't be read, there is no native library for this platform, or the
   *     GPU that is asked for is not there
   */
  public static LanguageModel open(
      Checkpoint checkpoint, Configuration hadoop, Placement placement, NumberType type) {
    return open(checkpoint, hadoop, placement, type, false);
  }

  /** Reads all weights of a checkpoint into a model that computes in float32. */
  public static LanguageModel open(
      Checkpoint checkpoint, Configuration hadoop, Placement placement) {
    return open(checkpoint, hadoop, placement, NumberType.FLOAT32);
  }

  /**
   * Opens a checkpoint of which only the weights outside the layers are kept; those of a layer are
   * read each time that the layer is run after another one.
   *
   * @param placement where the weights go and the model computes
   * @param type the number type in which the model computes, to which weights are rounded
   * @throws io.github.trawl.TrawlException as {@link #open}
   */
  public static LanguageModel stream(
      Checkpoint checkpoint, Configuration hadoop, Placement placement, NumberType type) {
    return open(checkpoint, hadoop, placement, type, true);
  }

  private static LanguageModel open(
      Checkpoint checkpoint,
      Configuration hadoop,
      Placement placement,
      NumberType type,
      boolean streams) {
    ModelFamily family = ModelFamilies.of(checkpoint);
    TransformerSpec spec = ModelFamilies.describe(checkpoint);
    GenerationSettings generation = GenerationSettings.read(checkpoint, hadoop);
    TensorScope owner = TorchEngine.scope(placement);
    WeightStore kept = new WeightStore(checkpoint, owner, type);
    try {
      StreamedWeights streamed =
          streams
              ? new StreamedWeights(spec.blocks(), checkpoint, hadoop, kept, owner, type)
              : null;
      Layers layers = streams ? streamed : new LayersInMemory(spec.blocks(), kept);
      Transformer transformer = new Transformer(spec, kept, layers);
      kept.requireAllUsed(name -> family.ignores(name) || (streams && streamed.isOfLayer(name)));
      kept.load(hadoop);
      return new TransformerModel(
          checkpoint.directory().toString(),
          transformer,
          streams ? streamed : kept,
          owner,
          type,
          generation);
    } catch (RuntimeException | Error e) {
      kept.close();
      throw e;
    }
  }

  /**
   * Returns the bytes of a checkpoint's weights as numbers of a type, and of its layers.
   *
   * @throws io.github.trawl.TrawlException if the family or a setting of {@code config.json} is not
   *     supported
   */
  public static WeightBytes weightBytes(Checkpoint checkpoint, NumberType type) {
    return WeightBytes.of(checkpoint, ModelFamilies.describe(checkpoint).blocks(), type);
  }

  /**
   * Loads the native library and decides on which device a model with {@code placement} runs.
   *
   * @return a placement whose device is not {@link DeviceChoice#AUTO}
   * @throws io.github.trawl.TrawlException if there is no native library for this platform, or the
   *     GPU that is asked for is not there
   */
  public static Placement resolve(Placement placement) {
    return TorchEngine.resolve(placement);
  }

  /**
   * Checks, without loading anything, that models can run in this process.
   *
   * @throws io.github.trawl.TrawlException if there is no native library for this platform
   */
  public static void requireSupport() {
    TorchEngine.requireLibrary();
  }

  /**
   * Checks, without loading anything, that texts can be generated as a checkpoint's {@code
   * generation_config.json} says, or its {@code config.json} in the absence of the former.
   *
   * @throws io.github.trawl.TrawlException naming file and key if a setting changes generations in
   *     a way that is not supported
   */
  public static void requireGeneration(Checkpoint checkpoint, Configuration hadoop) {
    GenerationSettings.read(checkpoint, hadoop).repetitionPenalty();
  }

  /**
   * Describes a checkpoint's model by its configuration, without reading weights.
   *
   * @throws io.github.trawl.TrawlException if the family or a setting of {@code config.json} is not
   *     supported
   */
  public static ModelDescription describe(Checkpoint checkpoint) {
    TransformerSpec spec = ModelFamilies.describe(checkpoint);
    int heads = spec.blocks().stream().mapToInt(block -> block.attention().heads()).max().orElse(0);
    long inner =
        spec.blocks().stream()
            .map(BlockSpec::feedForward)
            .mapToLong(network -> (long) network.up().totalOutputs() + network.down().inputs())
            .max()
            .orElse(0);
    return new ModelDescription(spec.kind(), spec.context(), spec.blocks().size(), heads, inner);
  }

  /**
   * Returns the cost of passes of a checkpoint's model, without reading weights.
   *
   * @param type the type of number in which the model computes
   * @throws io.github.trawl.TrawlException if the family or a setting of {@code config.json} is not
   *     supported
   */
  public static PassCost cost(Checkpoint checkpoint, NumberType type) {
    return new PassCost(ModelFamilies.describe(checkpoint), type);
  }

  /** Returns the {@code model_type}s that can be run, sorted. */
  public static List<String> modelTypes() {
    return ModelFamilies.modelTypes();
  }
}

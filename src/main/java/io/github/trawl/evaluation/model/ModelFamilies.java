package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import java.util.List;

/** The model families that can be run. */
final class ModelFamilies {
  private static final List<ModelFamily> ALL =
      List.of(
          new BertFamily(),
          new RobertaFamily(),
          new DistilBertFamily(),
          new Gpt2Family(),
          new GptJFamily(),
          new GptNeoXFamily(),
          new LlamaFamily(),
          new OptFamily(),
          new PhiFamily(),
          new Phi3Family(),
          new GemmaFamily());

  private ModelFamilies() {}

  /** Returns the {@code model_type}s of all families, sorted. */
  static List<String> modelTypes() {
    return ALL.stream().flatMap(family -> family.modelTypes().stream()).sorted().toList();
  }

  /**
   * Describes the model of {@code checkpoint}.
   *
   * @throws TrawlException if the family or a setting is not supported
   */
  static TransformerSpec describe(Checkpoint checkpoint) {
    ModelConfig config = new ModelConfig(checkpoint);
    // Settings that the config of any family may have, and that are supported for none.
    config.requireAbsent(
        "quantization_config", "models with quantised weights can't be run; dequantise the model");
    config.requireAbsent(
        "per_layer_config", "models whose layers have settings of their own can't be run");
    TransformerSpec spec = of(checkpoint).describe(config);
    SeenTokens.requireDefaults(config, spec);
    return spec;
  }

  /**
   * Returns the family of {@code checkpoint}.
   *
   * @throws TrawlException if its {@code model_type} is not known
   */
  static ModelFamily of(Checkpoint checkpoint) {
    String type = checkpoint.modelType();
    return ALL.stream()
        .filter(family -> family.modelTypes().contains(type))
        .findFirst()
        .orElseThrow(
            () ->
                new TrawlException(
                    ErrorCategory.BAD_INPUT,
                    "%s/config.json: models of type %s cannot be run; those of type %s can"
                        .formatted(checkpoint.directory(), type, String.join(", ", modelTypes()))));
  }
}

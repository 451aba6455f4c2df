package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.Json;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a checkpoint says of how it generates texts: its {@code generation_config.json} alone, or
 * its {@code config.json} if there is no such file. So does transformers 5.24 when
 * lm-evaluation-harness asks it for the most probable token at each step; a null is as if the key
 * were absent.
 *
 * <p>A {@link RepetitionPenalty} is applied. All other keys that change such a generation are
 * refused unless they have a value that changes nothing. Keys of sampling and of beams have no
 * effect, nor has {@code max_new_tokens}, which many base models have: a task says how many tokens
 * it wants, while the harness hands on a length, which that key overrides. The tokens that end a
 * text, {@code eos_token_id}, are the tokenizer's concern.
 */
final class GenerationSettings {
  private static final String FILE = "generation_config.json";
  private static final String PENALTY = "repetition_penalty";

  /** The most bytes of {@link #FILE}, as of {@code config.json}. */
  private static final long LARGEST_FILE = 16_000_000;

  /** Caches of keys and values that hold them as they were computed. */
  private static final Set<String> EXACT_CACHES =
      Set.of(
          "dynamic",
          "static",
          "hybrid",
          "hybrid_chunked",
          "sliding_window",
          "offloaded",
          "offloaded_static",
          "offloaded_hybrid",
          "offloaded_hybrid_chunked");

  /** The keys that are refused, with the condition for values that change nothing. */
  private static final Map<String, Predicate<JsonNode>> UNSUPPORTED = new HashMap<>();

  static {
    unsupported(
        value -> false,
        "assistant_early_exit",
        "bad_words_ids",
        "compile_config",
        "constraints",
        "dola_layers",
        "exponential_decay_length_penalty",
        "force_words_ids",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "max_time",
        "prompt_lookup_num_tokens",
        "sequence_bias",
        "stop_strings",
        "watermarking_config");
    unsupported(
        value -> value.isBoolean() && !value.booleanValue(),
        "force_bos_token_to_be_generated",
        "is_assistant",
        "token_healing",
        "use_mtp");
    unsupported(
        value -> value.isNumber() && value.doubleValue() == 1,
        "encoder_repetition_penalty",
        "guidance_scale",
        "num_beams",
        "num_return_sequences");
    unsupported(
        value -> value.isNumber() && value.doubleValue() <= 0,
        "encoder_no_repeat_ngram_size",
        "min_length",
        "min_new_tokens",
        "no_repeat_ngram_size",
        "penalty_alpha");
    unsupported(
        value -> value.isArray() && value.isEmpty(), "begin_suppress_tokens", "suppress_tokens");
    unsupported(value -> EXACT_CACHES.contains(value.asText()), "cache_implementation");
  }

  private final String file;
  private final JsonNode json;

  private GenerationSettings(String file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  private static void unsupported(Predicate<JsonNode> changesNothing, String... keys) {
    List.of(keys).forEach(key -> UNSUPPORTED.put(key, changesNothing));
  }

  /**
   * Reads the settings of a checkpoint, without checking them: a model that only scores need not
   * have any that are supported.
   *
   * @throws io.github.trawl.TrawlException if the file is no JSON object or can't be read
   */
  static GenerationSettings read(Checkpoint checkpoint, Configuration hadoop) {
    Path file = new Path(checkpoint.directory(), FILE);
    FileSystem fileSystem = Storage.open(file, hadoop);
    try {
      return fileSystem.exists(file)
          ? new GenerationSettings(
              Problems.show(file), Json.readObject(fileSystem, file, LARGEST_FILE))
          : new GenerationSettings(
              Problems.show(new Path(checkpoint.directory(), "config.json")), checkpoint.config());
    } catch (IOException e) {
      throw Problems.reading(file, "cannot find", e);
    }
  }

  /**
   * Returns the penalty of generations by these settings.
   *
   * @throws io.github.trawl.TrawlException naming file and key if a setting changes a generation in
   *     a way that is not supported
   */
  RepetitionPenalty repetitionPenalty() {
    json.properties().stream()
        .filter(entry -> !entry.getValue().isNull() && UNSUPPORTED.containsKey(entry.getKey()))
        .filter(entry -> !UNSUPPORTED.get(entry.getKey()).test(entry.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .ifPresent(
            key -> {
              throw Problems.badInput(
                  file,
                  key
                      + " changes how texts are generated in a way that is not supported; take it"
                      + " out of the file, or ask only tasks that generate no text");
            });
    return json.hasNonNull(PENALTY) ? penalty(json.get(PENALTY)) : RepetitionPenalty.NONE;
  }

  /** Returns the penalty; like transformers, refuses whole numbers other than 1. */
  private RepetitionPenalty penalty(JsonNode value) {
    float factor = value.floatValue();
    if (value.isIntegralNumber() && factor == 1) {
      return RepetitionPenalty.NONE;
    }
    if (!value.isFloatingPointNumber() || !Float.isFinite(factor) || factor <= 0) {
      throw Problems.badInput(
          file,
          PENALTY
              + " is "
              + Problems.quote(value.toString())
              + "; expected a positive number with a decimal point, such as 1.1");
    }
    return new RepetitionPenalty(factor);
  }
}

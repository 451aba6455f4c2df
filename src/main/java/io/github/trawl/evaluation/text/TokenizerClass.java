package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The tokenizer classes of transformers that replace parts of {@code tokenizer.json} according to
 * {@code tokenizer_config.json} (see {@link TokenizerSettings}), each with its default special
 * tokens.
 */
@SuppressWarnings("ImmutableEnumChecker") // Sets and maps made by of() never change.
enum TokenizerClass {
  BERT(
      Set.of(
          "BertTokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "SqueezeBertTokenizer"),
      Set.of("bert", "distilbert"),
      Map.of("mask", "[MASK]", "cls", "[CLS]", "sep", "[SEP]", "unk", "[UNK]", "pad", "[PAD]")),
  GPT2(
      Set.of("GPT2Tokenizer"),
      Set.of("gpt2", "gptj", "phi", "opt"),
      Map.of("bos", "<|endoftext|>", "eos", "<|endoftext|>", "unk", "<|endoftext|>")),
  ROBERTA(
      Set.of(
          "RobertaTokenizer",
          "BartTokenizer",
          "LEDTokenizer",
          "LongformerTokenizer",
          "MvpTokenizer"),
      Set.of("roberta"),
      Names.AS_ROBERTA),
  GPT_NEOX(
      Set.of("GPTNeoXTokenizer"),
      Set.of("gpt_neox"),
      Map.of(
          "bos",
          "<|endoftext|>",
          "eos",
          "<|endoftext|>",
          "unk",
          "<|endoftext|>",
          "pad",
          "<|padding|>")),
  QWEN2(
      Set.of("Qwen2Tokenizer"),
      Set.of("qwen2", "qwen3"),
      Map.of("eos", "<|endoftext|>", "unk", "<|endoftext|>", "pad", "<|endoftext|>")),
  LLAMA(
      Set.of("LlamaTokenizer", "Phi3Tokenizer"),
      Set.of(),
      Map.of("bos", "<s>", "eos", "</s>", "unk", "<unk>")),
  CODE_LLAMA(
      Set.of("CodeLlamaTokenizer"),
      Set.of(),
      Map.of(
          "bos",
          "<s>",
          "eos",
          "</s>",
          "unk",
          "<unk>",
          "prefix",
          "\u2581<PRE>",
          "middle",
          "\u2581<MID>",
          "suffix",
          "\u2581<SUF>",
          "eot",
          "\u2581<EOT>",
          "fill",
          "<FILL_ME>")),
  GEMMA(
      Set.of("GemmaTokenizer"),
      Set.of("gemma", "gemma2", "gemma3_text"),
      Map.of("bos", "<bos>", "eos", "<eos>", "unk", "<unk>", "pad", "<pad>", "mask", "<mask>")),
  XLM_ROBERTA(
      Set.of("XLMRobertaTokenizer", "CamembertTokenizer"),
      Set.of("xlm-roberta", "camembert"),
      Names.AS_ROBERTA),
  /** Any other class, which takes {@code tokenizer.json} as it is. */
  GENERIC(Set.of(), Set.of(), Map.of());

  /**
   * The values of {@code model_type} for which transformers ignores the class that the files name,
   * because published files name a wrong one.
   */
  private static final Set<String> WRONGLY_NAMED = Set.of("qwen2", "phi3", "mistral");

  private static final List<TokenizerClass> BYTE_LEVEL = List.of(GPT2, ROBERTA, GPT_NEOX, QWEN2);

  private final Set<String> names;
  private final Set<String> modelTypes;
  private final Map<String, String> specialTokens;

  TokenizerClass(Set<String> names, Set<String> modelTypes, Map<String, String> specialTokens) {
    this.names = names;
    this.modelTypes = modelTypes;
    this.specialTokens = specialTokens;
  }

  /**
   * Returns the class with which transformers loads a tokenizer.
   *
   * @param settings the settings of the tokenizer, as {@link TokenizerFiles} reads them
   * @param model the content of config.json; a missing node if there is none
   * @param tokenizer the content of tokenizer.json
   */
  static TokenizerClass of(JsonNode settings, JsonNode model, JsonNode tokenizer) {
    String type = model.path("model_type").asText("");
    TokenizerClass registered = find(each -> each.modelTypes.contains(type)).orElse(GENERIC);
    String named =
        settings.path("tokenizer_class").asText(model.path("tokenizer_class").asText(""));
    if (named.isEmpty() || WRONGLY_NAMED.contains(type)) {
      return registered;
    }
    String stem = named.endsWith("Fast") ? named.substring(0, named.length() - 4) : named;
    TokenizerClass found = find(each -> each.names.contains(stem)).orElse(GENERIC);
    // Llama 3 and others name LlamaTokenizer, but their byte-level tokenizer is taken as it is.
    return stem.equals("LlamaTokenizer") && tokenizer.toString().contains("\"ByteLevel\"")
        ? GENERIC
        : found;
  }

  private static Optional<TokenizerClass> find(Predicate<TokenizerClass> test) {
    return Arrays.stream(values()).filter(test).findFirst();
  }

  /** Returns the texts of the special tokens that the files need not name, by {@code bos} etc. */
  Map<String, String> specialTokens() {
    return specialTokens;
  }

  /** Returns whether {@code add_prefix_space} sets an option of the byte-level pre-tokenizer. */
  boolean isByteLevel() {
    return BYTE_LEVEL.contains(this);
  }

  /** Tokens of two classes; the enum's own static fields are set only after its constants. */
  private static final class Names {
    static final Map<String, String> AS_ROBERTA =
        Map.of(
            "bos", "<s>", "eos", "</s>", "mask", "<mask>", "cls", "<s>", "sep", "</s>", "unk",
            "<unk>", "pad", "<pad>");
  }
}

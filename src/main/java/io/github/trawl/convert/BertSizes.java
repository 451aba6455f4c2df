package io.github.trawl.convert;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sizes of a BERT, read off the names and shapes of its variables.
 *
 * @param prefix what comes before {@code bert/} in every name, such as {@code module/}; may be
 *     empty
 * @param vocabulary rows of the word embeddings
 * @param positions rows of the position embeddings: the longest input in tokens
 * @param segments number of segment types
 * @param hidden width of the hidden state
 * @param intermediate width of the feed-forward layers
 * @param layers number of layers
 */
record BertSizes(
    String prefix,
    long vocabulary,
    long positions,
    long segments,
    long hidden,
    long intermediate,
    int layers) {
  private static final String WORDS = "bert/embeddings/word_embeddings";

  /**
   * Reads the sizes off {@code bundle}.
   *
   * @throws io.github.trawl.TrawlException BAD_INPUT unless it holds exactly one BERT whose sizes
   *     can be read
   */
  static BertSizes of(Bundle bundle) {
    String prefix = prefix(bundle);
    List<Long> words = shape(bundle, prefix + WORDS);
    return new BertSizes(
        prefix,
        words.get(0),
        shape(bundle, prefix + "bert/embeddings/position_embeddings").get(0),
        shape(bundle, prefix + "bert/embeddings/token_type_embeddings").get(0),
        words.get(1),
        shape(bundle, prefix + "bert/encoder/layer_0/intermediate/dense/kernel").get(1),
        layers(bundle, prefix));
  }

  /**
   * Returns the prefix of the only BERT in the bundle. Variables of the optimizer, such as {@code
   * …/adam_m}, are ignored.
   */
  private static String prefix(Bundle bundle) {
    List<String> names =
        bundle.variables().keySet().stream()
            .filter(name -> name.equals(WORDS) || name.endsWith("/" + WORDS))
            .toList();
    if (names.size() != 1) {
      throw BadInput.of(
          bundle.indexName()
              + ": "
              + (names.isEmpty()
                  ? "no variable is named "
                      + WORDS
                      + "; only a BERT saved by Google's TensorFlow 1 code can be imported"
                  : "the names of "
                      + names.size()
                      + " variables end in "
                      + WORDS
                      + "; only a bundle with a single BERT can be imported"));
    }
    String name = names.get(0);
    return name.substring(0, name.length() - WORDS.length());
  }

  private static List<Long> shape(Bundle bundle, String name) {
    Variable variable = bundle.variables().get(name);
    if (variable == null) {
      throw BertTensors.missing(bundle, List.of(name));
    }
    if (variable.shape().size() != 2 || variable.shape().stream().anyMatch(size -> size < 1)) {
      throw BadInput.of(
          bundle.indexName()
              + ": "
              + name
              + " has shape "
              + variable.shape()
              + " instead of that of a matrix; only an unmodified BERT can be imported");
    }
    return variable.shape();
  }

  private static int layers(Bundle bundle, String prefix) {
    Pattern layer = Pattern.compile(Pattern.quote(prefix) + "bert/encoder/layer_(\\d{1,9})/.*");
    int layers = 0;
    for (Map.Entry<String, Variable> entry : bundle.variables().entrySet()) {
      Matcher matcher = layer.matcher(entry.getKey());
      if (matcher.matches()) {
        layers = Math.max(layers, Integer.parseInt(matcher.group(1)) + 1);
      }
    }
    // Every layer has variables; this bounds the loop over the layers in BertTensors.
    if (layers > bundle.variables().size()) {
      throw BadInput.of(
          bundle.indexName()
              + ": a layer has number "
              + (layers - 1)
              + " but there are only "
              + bundle.variables().size()
              + " variables; only an unmodified BERT can be imported");
    }
    return layers;
  }
}

package io.github.trawl.architecture;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The architectures that come with the program, as resources beside this class. */
final class BuiltInArchitectures {
  /** Names of the resources, without {@code .json}. */
  static final List<String> NAMES =
      List.of(
          "bert",
          "distilbert",
          "gpt2",
          "gpt_neox",
          "gptj",
          "llama",
          "opt",
          "phi",
          "phi3",
          "roberta");

  private static final int MOST_EXAMPLES = 6;

  private BuiltInArchitectures() {}

  static List<String> modelTypes() {
    return NAMES.stream().flatMap(name -> load(name).modelTypes().stream()).sorted().toList();
  }

  static Architecture forModel(String directory, String modelType, Collection<String> tensors) {
    for (String name : NAMES) {
      Architecture architecture = load(name);
      if (architecture.modelTypes().contains(modelType)) {
        return architecture;
      }
    }
    throw new TrawlException(
        ErrorCategory.BAD_INPUT,
        "%s: config.json has model_type \"%s\", which is none of %s; its tensors are named like %s; describe them with --architecture FILE, such as %s"
            .formatted(
                directory, modelType, modelTypes(), examples(tensors), ArchitectureParser.EXAMPLE));
  }

  static Architecture load(String name) {
    String file = name + ".json";
    try (InputStream stream = BuiltInArchitectures.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalStateException("no resource " + file);
      }
      return ArchitectureParser.parse(
          name, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lists the most frequent patterns of tensor names with their counts, for messages. */
  static String examples(Collection<String> tensors) {
    List<Map.Entry<String, Integer>> patterns =
        new ArrayList<>(TensorNames.patterns(tensors).entrySet());
    patterns.sort(Map.Entry.<String, Integer>comparingByValue().reversed());
    List<String> examples = new ArrayList<>();
    for (Map.Entry<String, Integer> pattern :
        patterns.subList(0, Math.min(MOST_EXAMPLES, patterns.size()))) {
      examples.add(pattern.getKey() + " (" + pattern.getValue() + ")");
    }
    if (patterns.size() > MOST_EXAMPLES) {
      examples.add((patterns.size() - MOST_EXAMPLES) + " more");
    }
    return String.join(", ", examples);
  }
}

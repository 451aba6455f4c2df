package io.github.trawl.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tiny models that transformers saved, with a tokenizer whose words are w7 to w39. */
public final class SmallModels {
  private SmallModels() {}

  /** Copies the model {@code name} of the golden files to {@code directory}. */
  public static Path write(String name, Path directory) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "forward", name))) {
      for (Path file : files.filter(each -> !each.endsWith("golden.json")).toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    String words =
        IntStream.range(7, 40)
            .mapToObj(i -> "\"w" + i + "\": " + i)
            .collect(Collectors.joining(", "));
    List<String> special = List.of("[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]");
    String added =
        IntStream.range(0, special.size())
            .mapToObj(
                id ->
                    "{\"id\": %d, \"content\": \"%s\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true}"
                        .formatted(id, special.get(id)))
            .collect(Collectors.joining(", "));
    Files.writeString(
        directory.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [%s], "normalizer": null,
         "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": null, "decoder": null,
         "model": {"type": "WordLevel", "unk_token": "[UNK]",
                   "vocab": {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "[MASK]": 4, "a": 5, "b": 6, %s}}}
        """
            .formatted(added, words));
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"mask_token\": \"[MASK]\", \"unk_token\": \"[UNK]\", \"bos_token\": \"[CLS]\", \"eos_token\": \"[SEP]\"}");
    return directory;
  }

  /** A task of the type multiple_choice with {@code rows} rows of different lengths. */
  public static Path choices(Path directory, int rows) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("choices.jsonl"),
        IntStream.range(0, rows)
            .mapToObj(i -> "{\"q\": \"%s\", \"a\": %d}%n".formatted(words(i % 7, i * 3, 5), i % 3))
            .collect(Collectors.joining()));
    return Files.writeString(
        directory.resolve("choices.yaml"),
        """
        task: choices
        output_type: multiple_choice
        dataset_path: choices.jsonl
        doc_to_text: "{{q}}"
        doc_to_choice: ["w8", "w9 w10", "w11"]
        doc_to_target: "{{a}}"
        """);
  }

  /** A task of the type generate with {@code rows} rows of different lengths. */
  public static Path task(Path directory, int rows) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("rows.jsonl"),
        IntStream.range(0, rows)
            .mapToObj(
                i ->
                    "{\"prompt\": \"%s\", \"answer\": \"w%d\"}%n"
                        .formatted(words(i % 9, i * 5, 11), 7 + i * 7 % 33))
            .collect(Collectors.joining()));
    return Files.writeString(
        directory.resolve("words.yaml"),
        """
        task: words
        output_type: generate_until
        dataset_path: rows.jsonl
        doc_to_text: "{{prompt}}"
        doc_to_target: "{{answer}}"
        generation_kwargs:
          max_gen_toks: 3
        """);
  }

  /** A text of {@code last} + 1 words. */
  private static String words(int last, int first, int step) {
    return IntStream.rangeClosed(0, last)
        .mapToObj(k -> "w" + (7 + (first + k * step) % 33))
        .collect(Collectors.joining(" "));
  }
}

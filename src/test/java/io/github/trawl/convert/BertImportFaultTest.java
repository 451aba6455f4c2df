package io.github.trawl.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the importer refuses, and that nothing is left behind when it does. */
class BertImportFaultTest {
  private static final String KERNEL = "module/bert/encoder/layer_1/output/dense/kernel";

  @TempDir Path directory;
  private final TinyBert bert = new TinyBert();

  @Test
  void namesTheHeadThatIsMissing() throws IOException {
    bert.variables.keySet().removeIf(name -> name.contains("cls/predictions"));

    assertRefused("variables.index", "cls/predictions/", "4 more", "without the masked-LM head");
  }

  @Test
  void namesTheVariableThatIsMissing() throws IOException {
    bert.variables.remove(KERNEL);

    assertRefused("the variable " + KERNEL + " is missing");
  }

  @Test
  void namesTheEmbeddingThatIsMissing() throws IOException {
    bert.variables.remove("module/bert/embeddings/word_embeddings");

    assertRefused("no variable is named bert/embeddings/word_embeddings");
  }

  @Test
  void refusesAnOptimizersCopyOfTheEmbeddings() throws IOException {
    bert.variables.put(
        "ema/bert/embeddings/word_embeddings",
        bert.variable("module/bert/embeddings/word_embeddings"));

    assertRefused("the names of 2 variables end in bert/embeddings/word_embeddings");
  }

  @Test
  void refusesALayerNumberBeyondAllVariables() throws IOException {
    bert.variables.put(
        "module/bert/encoder/layer_999999999/output/dense/kernel", bert.variable(KERNEL));

    assertRefused("a layer has number 999999999");
  }

  // A shape that does not match the length.
  @Test
  void refusesAShapeThatDoesNotFit() throws IOException {
    bert.variables.computeIfPresent(
        KERNEL, (name, value) -> value.ofShape(TinyBert.HIDDEN, TinyBert.INTERMEDIATE));
    assertRefused(KERNEL + " has shape [64, 24] but the other variables call for [24, 64]");

    String words = "module/bert/embeddings/word_embeddings";
    bert.variables.computeIfPresent(words, (name, value) -> value.ofShape(9, 64, 1));
    assertRefused(words + " has shape [9, 64, 1] instead of that of a matrix");

    bert.variables.computeIfPresent(words, (name, value) -> value.ofShape(9, 0));
    assertRefused("instead of that of a matrix");
  }

  @Test
  void refusesALengthThatDoesNotFitTheShape() throws IOException {
    String positions = "module/bert/embeddings/position_embeddings";
    bert.variables.computeIfPresent(positions, (name, value) -> value.ofShape(11, 64));

    assertRefused(positions + " has 2560 bytes, which does not match its shape [11, 64]");
  }

  // A type that the importer does not know.
  @Test
  void refusesAnotherType() throws IOException {
    bert.variables.computeIfPresent(KERNEL, (name, value) -> value.ofType(14));

    assertRefused(KERNEL + " has TensorFlow's type number 14 instead of 1 (float32)");
  }

  @Test
  void refusesAPartitionedVariable() throws IOException {
    bert.variables.computeIfPresent(KERNEL, (name, value) -> value.inSlices());

    assertRefused(KERNEL + " is partitioned");
  }

  // Values that storage has changed.
  @Test
  void refusesAWrongChecksumOfValues() throws IOException {
    for (String name : new String[] {KERNEL, "module/bert/embeddings/LayerNorm/beta"}) {
      TinyBert.Value right = bert.variable(name);
      bert.variables.put(name, right.withWrongChecksum());
      assertRefused("data-00000-of-00001: the checksum of " + name + " does not match");
      bert.variables.put(name, right);
    }
  }

  // Data that ends too early.
  @Test
  void refusesTruncatedData() throws IOException {
    Map<String, byte[]> files = bert.files();
    files.computeIfPresent(
        "variables/variables.data-00000-of-00001",
        (name, data) -> Arrays.copyOf(data, data.length - 2));

    assertRefused(
        TinyBert.writeDirectory(directory.resolve("source"), files),
        "variables.data-00000-of-00001: it has",
        "module/cls/predictions/transform/dense/kernel has 16384 from byte");
  }

  // Whatever the length it is cut to.
  @Test
  void refusesATruncatedJar() throws IOException {
    Path whole = bert.writeJar(directory.resolve("whole.jar"));
    byte[] jar = Files.readAllBytes(whole);
    Files.delete(whole);
    for (int part = 0; part < 40; part++) {
      Path cut = directory.resolve("source");
      Files.write(cut, Arrays.copyOf(jar, (int) ((long) jar.length * part / 50)));
      assertRefused(cut, "source");
    }
  }

  @Test
  void refusesABigEndianBundle() throws IOException {
    bert.endianness = 1;

    assertRefused("big-endian");
  }

  // A data file that is missing.
  @Test
  void refusesAMissingDataFile() throws IOException {
    bert.shards = 2;
    Map<String, byte[]> files = bert.files();
    files.remove("variables/variables.data-00001-of-00002");

    assertRefused(
        TinyBert.writeDirectory(directory.resolve("source"), files),
        "variables/variables.data-00001-of-00002 is missing");
  }

  @Test
  void refusesAnIndexThatIsNone() throws IOException {
    Map<String, byte[]> files = bert.files();
    files.put("variables/variables.index", new byte[10_000]);

    assertRefused(
        TinyBert.writeDirectory(directory.resolve("source"), files),
        "variables/variables.index: the magic number");
  }

  @Test
  void refusesASourceWithoutAModel() throws IOException {
    assertRefused(Files.createDirectory(directory.resolve("empty")), "holds no TensorFlow");
    Files.delete(directory.resolve("empty"));

    Path zip = directory.resolve("source.zip");
    Files.write(zip, TinyBert.zip(Map.of("a.txt", new byte[3]), ZipEntry.DEFLATED));
    assertRefused(zip, "holds no TensorFlow variables");
  }

  @Test
  void refusesASourceWithTwoModels() throws IOException {
    Map<String, byte[]> files = bert.files();
    bert.stem = "variables/other";
    files.putAll(bert.files());

    assertRefused(
        TinyBert.writeDirectory(directory.resolve("source"), files), "holds 2 models, among them");
  }

  @Test
  void refusesTwoEntriesOfOneName() throws IOException {
    Map<String, byte[]> files = bert.files();
    files.put("assets/vocab.tx_", files.get("assets/vocab.txt"));
    byte[] zip = TinyBert.zip(files, ZipEntry.STORED);
    byte[] replaced =
        new String(zip, StandardCharsets.ISO_8859_1)
            .replace("vocab.tx_", "vocab.txt")
            .getBytes(StandardCharsets.ISO_8859_1);
    Path source = directory.resolve("source.zip");
    Files.write(source, replaced);

    assertRefused(source, "two entries are named assets/vocab.txt");
  }

  @Test
  void refusesAFileThatIsNoArchive() throws IOException {
    Path source = directory.resolve("model.bin");
    Files.write(source, new byte[100]);
    assertRefused(source, "model.bin: neither a jar nor a zip nor a directory");
    Files.write(source, new byte[0]);
    assertRefused(source, "neither a jar");
  }

  @Test
  void refusesASourceThatIsNotThere() throws IOException {
    assertRefused(directory.resolve("absent.jar"), "absent.jar: not found");
  }

  @Test
  void refusesAVocabularyThatDoesNotBelongToTheModel() throws IOException {
    byte[] right = bert.texts.remove("assets/vocab.txt");
    assertRefused("holds no vocab.txt");

    bert.texts.put("vocab.txt", right);
    bert.texts.put("assets/vocab.txt", right);
    assertRefused("holds 2 vocab.txt");
    bert.texts.remove("vocab.txt");

    putVocabulary(TinyBert.PIECES + "more\n");
    assertRefused("assets/vocab.txt: 10 pieces, but the word embeddings have 9 rows");

    putVocabulary(TinyBert.PIECES.replace("[MASK]", "mask"));
    assertRefused("assets/vocab.txt: the piece [MASK] is missing");

    bert.texts.put("assets/vocab.txt", new byte[] {(byte) 0xff, '\n'});
    assertRefused("assets/vocab.txt: not UTF-8");
  }

  @Test
  void refusesADescriptionThatIsNoJson() throws IOException {
    bert.texts.put("assets/model.json", "{\"doLowerCase\"".getBytes(StandardCharsets.UTF_8));

    assertRefused("assets/model.json: not valid JSON");
  }

  @Test
  void refusesHeadsThatDoNotDivideTheHiddenSize() throws IOException {
    bert.texts.put(
        "bert_config.json", "{\"num_attention_heads\": 7}".getBytes(StandardCharsets.UTF_8));

    assertRefused("bert_config.json: 7 attention heads do not divide the hidden size 64");
  }

  /** The head count would otherwise be guessed from the hidden size. */
  @Test
  void refusesSettingsOfAnotherType() throws IOException {
    for (String heads : List.of("\"12\"", "12.5", "null", "{}")) {
      putConfig("{\"num_attention_heads\": " + heads + "}");
      assertRefused(
          "bert_config.json: num_attention_heads is " + heads + ", not a whole number", "correct");
    }
    for (String none : List.of("", "[]", "null", "\"x\"")) {
      putConfig(none);
      assertRefused("bert_config.json: no JSON object; correct or remove it");
    }
    putConfig("{\"num_attention_heads\": 8, \"num_attention_heads\": 4}");
    assertRefused("bert_config.json: not valid JSON", "num_attention_heads");
    putConfig("{\"hidden_act\": \"gelu\"}");
    assertRefused("bert_config.json: lacks num_attention_heads", "add it");
    putConfig("{\"num_attention_heads\": 4, \"hidden_act\": null}");
    assertRefused("bert_config.json: hidden_act is null, not a text");
  }

  @Test
  void refusesAnUnclearFlagOfTheTokenizer() throws IOException {
    for (String flag : List.of("\"false\"", "0", "null")) {
      bert.texts.put(
          "assets/model.json",
          ("{\"doLowerCase\": " + flag + "}").getBytes(StandardCharsets.UTF_8));
      assertRefused("assets/model.json: doLowerCase is " + flag + ", not true or false", "correct");
    }
  }

  @Test
  void refusesSeveralDescriptions() throws IOException {
    putConfig("{\"num_attention_heads\": 4}");
    bert.texts.put("assets/bert_config.json", bert.texts.get("bert_config.json"));
    assertRefused("holds 2 bert_config.json; remove");

    bert.texts.remove("assets/bert_config.json");
    bert.texts.put("model.json", "{\"doLowerCase\": false}".getBytes(StandardCharsets.UTF_8));
    assertRefused("model.json: doLowerCase is ", "another model.json says otherwise");
  }

  // The output is there already.
  @Test
  void keepsAnOutputThatIsThereUnlessToldToReplaceIt() throws IOException {
    Path source = bert.writeJar(directory.resolve("bert.jar"));
    Path output = Files.createDirectory(directory.resolve("output"));
    Files.writeString(output.resolve("config.json"), "{}");

    assertThatThrownBy(() -> importBert(source, output, false)).isInstanceOf(TrawlException.class);
    assertThat(output.resolve("config.json")).hasContent("{}");
    assertThat(importBert(source, output, true).layers()).isEqualTo(TinyBert.LAYERS);
    assertThat(output.resolve("model.safetensors")).exists();
  }

  // The output is the source.
  @Test
  void refusesToReplaceTheSource() throws IOException {
    Path source = bert.writeDirectory(directory.resolve("source"));

    assertThatThrownBy(() -> importBert(source, source, true)).isInstanceOf(TrawlException.class);
    assertThat(source.resolve("variables/variables.index")).exists();
  }

  private void putConfig(String json) {
    bert.texts.put("bert_config.json", json.getBytes(StandardCharsets.UTF_8));
  }

  private void putVocabulary(String pieces) {
    bert.texts.put("assets/vocab.txt", pieces.getBytes(StandardCharsets.UTF_8));
  }

  private void assertRefused(String... parts) throws IOException {
    assertRefused(bert.writeJar(directory.resolve("source.jar")), parts);
  }

  // Nothing is visible before it is complete.
  private void assertRefused(Path source, String... parts) throws IOException {
    Throwable thrown = catchThrowable(() -> importBert(source, directory.resolve("output"), false));

    assertThat(thrown).isInstanceOf(TrawlException.class);
    assertThat(((TrawlException) thrown).category()).isEqualTo(ErrorCategory.BAD_INPUT);
    assertThat(thrown.getMessage()).contains(parts).doesNotContain("\n");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.filter(path -> !path.equals(source))).isEmpty();
    }
  }

  private static ImportReport importBert(Path source, Path output, boolean overwrite) {
    return BertImport.importBert(
        new org.apache.hadoop.fs.Path(source.toString()),
        new org.apache.hadoop.fs.Path(output.toString()),
        overwrite,
        new Configuration());
  }
}

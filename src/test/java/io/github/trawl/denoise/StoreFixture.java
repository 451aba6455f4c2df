package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.Progress;
import io.github.trawl.checkpoint.AttemptFile;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Local files, HDFS and S3, all of them real, and a small model on each. */
@Tag("slow")
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreFixture {
  static final String SHARD = "model.safetensors";

  @TempDir static java.nio.file.Path folder;

  java.nio.file.Path model;
  private final Map<String, Store> stores = new TreeMap<>();

  @BeforeAll
  void start() throws IOException {
    model = folder.resolve("model");
    TinyModel.write(model, DType.F32);
    Files.writeString(model.resolve("pytorch_model.bin"), "the weights as they were");
    stores.put("local", new LocalStore(Files.createDirectory(folder.resolve("local"))));
    stores.put("hdfs", new HdfsStore(folder.resolve("hdfs")));
    stores.put("s3a", new S3Store(folder.resolve("s3")));
    for (Store store : stores.values()) {
      FileSystem fileSystem = store.root().getFileSystem(store.hadoop());
      fileSystem.mkdirs(store.root());
      for (String name : List.of("config.json", "vocab.json", SHARD, "pytorch_model.bin")) {
        try (OutputStream stream =
            fileSystem.create(new Path(store.root(), "model/" + name), true)) {
          stream.write(Files.readAllBytes(model.resolve(name)));
        }
      }
    }
  }

  @AfterAll
  void stop() throws IOException {
    for (Store store : stores.values()) {
      store.close();
    }
  }

  Store store(String name) {
    return stores.get(name);
  }

  HdfsStore hdfs() {
    return (HdfsStore) stores.get("hdfs");
  }

  S3Store s3() {
    return (S3Store) stores.get("s3a");
  }

  CheckpointWriter writer(Store store, Path output, boolean overwrite) {
    return CheckpointWriter.create(output, overwrite, null, store.hadoop());
  }

  /**
   * Denoises the FC matrices of a model by layer, in one process.
   *
   * @param input its directory in the store's root
   */
  static DenoiseSummary denoise(
      JavaSparkContext spark,
      Store store,
      String input,
      Path output,
      boolean overwrite,
      DecompositionOptions options) {
    store
        .hadoop()
        .forEach(entry -> spark.hadoopConfiguration().set(entry.getKey(), entry.getValue()));
    DenoiseRequest request =
        new DenoiseRequest(
            new Path(store.root(), input),
            output,
            overwrite,
            Optional.empty(),
            new StackSelection(Strategy.LAYER, "fc", "all"),
            options,
            new SolveLimits(DenoiseRuns.MEMORY, 1 << 30, 4096),
            OptionalInt.of(1),
            true,
            false,
            Verification.CONTENT,
            Optional.empty(),
            new ObjectMapper().createObjectNode());
    return new DenoiseJob(spark, Progress.NONE).run(request);
  }

  /** Writes a model as one attempt and tells the driver of it. */
  void fill(Store store, CheckpointWriter writer, String note) throws IOException {
    writer.setManifest("{}".getBytes(StandardCharsets.UTF_8));
    writer.add(
        List.of(
            write(store, writer, "config.json", Files.readAllBytes(model.resolve("config.json"))),
            write(store, writer, SHARD, Files.readAllBytes(model.resolve(SHARD))),
            write(store, writer, "sub/note.txt", note.getBytes(StandardCharsets.UTF_8))));
  }

  private static WrittenFile write(
      Store store, CheckpointWriter writer, String name, byte[] content) throws IOException {
    try (AttemptFile file =
        AttemptFile.create(writer.staging(), "attempt-0", name, content.length, store.hadoop())) {
      file.stream().write(content);
      return file.commit();
    }
  }

  /** What {@link #fill} becomes. */
  Map<String, String> filled(String note) throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (String name : List.of("config.json", SHARD)) {
      files.put(
          name, new String(Files.readAllBytes(model.resolve(name)), StandardCharsets.ISO_8859_1));
    }
    files.put("sub/note.txt", note);
    return files;
  }

  /** All files of an output but the manifest. */
  static Map<String, String> content(Store store, Path output) throws IOException {
    Map<String, String> files = store.tree(output);
    files.remove(CheckpointWriter.MANIFEST);
    return files;
  }

  /** What lies beside an output of the same name: staging directories and earlier outputs. */
  static List<String> leftovers(Store store, Path output) throws IOException {
    return store.tree(output.getParent()).keySet().stream()
        .filter(name -> name.startsWith("." + output.getName()))
        .toList();
  }
}

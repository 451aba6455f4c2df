package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.KryoSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs of {@link DenoiseJob} on a {@link TinyModel}, and what they wrote. */
public final class DenoiseRuns {
  static final long MEMORY = 1L << 26;

  private DenoiseRuns() {}

  /** Spark in this process. */
  public static JavaSparkContext spark() {
    return new JavaSparkContext(
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("test")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", KryoSettings.registrators()));
  }

  /** A request of small blocks for all layers. */
  static DenoiseRequest request(
      Path model,
      Path output,
      DecompositionOptions options,
      String matrices,
      Strategy strategy,
      long threshold) {
    return new DenoiseRequest(
        new org.apache.hadoop.fs.Path(model.toUri()),
        new org.apache.hadoop.fs.Path(output.toUri()),
        false,
        Optional.empty(),
        new StackSelection(strategy, matrices, "all"),
        options,
        new SolveLimits(MEMORY, threshold, 4096),
        OptionalInt.empty(),
        true,
        new ObjectMapper().createObjectNode());
  }

  /** The request with another limit of off-heap memory. */
  static DenoiseRequest withMemory(DenoiseRequest request, long bytes) {
    return new DenoiseRequest(
        request.model(),
        request.output(),
        request.overwrite(),
        request.architecture(),
        request.selection(),
        request.options(),
        new SolveLimits(bytes, request.limits().spreadThreshold(), request.limits().blockBytes()),
        request.threads(),
        request.inputDigest(),
        request.givenConfig());
  }

  /** CP of at most 30 iterations. */
  static DecompositionOptions cp(int rank) {
    return DecompositionOptions.of(DecompositionMethods.CP, rank, 7, 30, 1e-6);
  }

  static Checkpoint open(Path directory) {
    return Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
  }

  /** What a file holds of a tensor. */
  static byte[] bytes(Path directory, TensorInfo tensor) throws IOException {
    byte[] file = Files.readAllBytes(directory.resolve(tensor.file()));
    return Arrays.copyOfRange(
        file, (int) tensor.offset(), (int) (tensor.offset() + tensor.length()));
  }

  static float[] values(Path directory, TensorInfo tensor) throws IOException {
    byte[] bytes = bytes(directory, tensor);
    float[] values = new float[bytes.length * 8 / tensor.dtype().bits()];
    FloatCodec.decode(tensor.dtype(), ByteBuffer.wrap(bytes), FloatBuffer.wrap(values));
    return values;
  }

  static JsonNode manifest(Path directory) throws IOException {
    return new ObjectMapper().readTree(directory.resolve("trawl.json").toFile());
  }

  /** Hidden files and directories, such as a run stages in. */
  static List<Path> leftovers(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(path -> path.getFileName().toString().startsWith(".")).toList();
    }
  }
}

package io.github.trawl.checkpoint;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognises the files of a model directory that hold its weights again, in another format or as
 * another variant. A run does not rewrite them, so a loader that prefers them would load the
 * unmodified weights.
 *
 * <p>A file that holds only part of a model, such as an adapter, the dense layer of a sentence
 * transformer or the state of an optimizer, is not one of them.
 */
final class OtherWeights {
  /** Names of directories at the top of a model that hold nothing but weights in other formats. */
  private static final Set<String> DIRECTORIES =
      Set.of(
          "original",
          "onnx",
          "openvino",
          "coreml",
          "metal",
          "gguf",
          "tflite",
          "tensorrt",
          "saved_model",
          "executorch");

  /** Names of files in formats that are used for the weights of whole models, at any depth. */
  private static final Pattern FORMATS =
      Pattern.compile(
          ".*\\.(gguf|ggml|llamafile|onnx|onnx_data(_\\d+)?|onnx\\.data|ort|tflite|mlmodel|mlpackage"
              + "|mlmodelc|msgpack|ot|pte|engine|nemo)");

  /** Names that libraries give to files of weights at the top of a model. */
  private static final Pattern NAMES =
      Pattern.compile(
          "(pytorch_model|consolidated|tf_model|flax_model|rust_model|openvino_model|ggml-model"
              + "|model)([.\\-_].*)?\\.(bin|pt|pth|h5|xml|safetensors|ckpt)"
              + "|(pytorch_model|tf_model|flax_model|consolidated|model)([.\\-_].*)?"
              + "\\.index(\\..*)?\\.json"
              + "|.*\\.h5|.*\\.ckpt(\\..*)?|saved_model\\.pb");

  private static final Pattern SAFETENSORS = Pattern.compile(".*\\.safetensors");
  private static final Pattern ADAPTER = Pattern.compile("adapter.*");

  private OtherWeights() {}

  /**
   * A file or directory that is left out of an output.
   *
   * @param name relative to the model; that of a directory ends with a slash
   * @param bytes the length of the file, or of all files in the directory
   */
  record Found(String name, long bytes) {}

  /**
   * Returns whether a file or directory holds weights in another format.
   *
   * @param name the name in its directory; not that of a shard or index that the checkpoint uses
   * @param depth the number of directories of the model above it, 0 at the top
   * @param directory whether it is a directory
   */
  static boolean matches(String name, int depth, boolean directory) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (FORMATS.matcher(lower).matches()) {
      return true;
    }
    if (depth > 0) {
      return false;
    }
    if (directory) {
      return DIRECTORIES.contains(lower);
    }
    boolean weights = SAFETENSORS.matcher(lower).matches() && !ADAPTER.matcher(lower).matches();
    return weights || NAMES.matcher(lower).matches();
  }

  /** Returns a line that names the files with their sizes; empty if there are none. */
  static List<String> remark(Collection<Found> found) {
    if (found.isEmpty()) {
      return List.of();
    }
    List<String> names =
        found.stream().map(file -> file.name() + " (" + size(file.bytes()) + ")").toList();
    return List.of(
        "left out, as they hold the weights as they were: "
            + String.join(", ", names)
            + "; --keep-other-weights carries them over");
  }

  private static String size(long bytes) {
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%,d bytes", bytes);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}

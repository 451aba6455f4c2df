package io.github.trawl.cli;

import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.StackSelection;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;

/** Builds the names that Spark's pages and its history server show for runs. */
final class ApplicationName {
  private ApplicationName() {}

  /**
   * Returns the name of a denoise run, such as {@code trawl denoise bert-base-uncased layer/fc cp
   * 64}.
   */
  static String ofDenoise(Path model, StackSelection selection, DecompositionOptions options) {
    String rank = sizes(options.ranks().isEmpty() ? options.ratios() : options.ranks());
    return String.join(
        " ",
        "trawl denoise",
        model.getName(),
        lower(selection.strategy()) + "/" + selection.matrices(),
        options.method().key(),
        rank);
  }

  /**
   * Returns the name of an evaluation, such as {@code trawl evaluate bert-base-uncased
   * world-facts}; {@code with 2 edits} is added if there are edits.
   */
  static String ofEvaluate(Path model, List<String> tasks, int edits) {
    // Not by Path, which refuses some texts: who reads the task says what is wrong with its name.
    List<String> names =
        tasks.stream().map(task -> task.substring(task.lastIndexOf('/') + 1)).toList();
    String name = "trawl evaluate " + model.getName() + " " + String.join(",", names);
    return edits == 0 ? name : name + " with " + edits + (edits == 1 ? " edit" : " edits");
  }

  /**
   * Returns the name of a sweep, such as {@code trawl sweep bert-base-uncased nightly}, with the
   * last part of the output's path.
   */
  static String ofSweep(Path model, Path output) {
    return String.join(" ", "trawl sweep", model.getName(), output.getName());
  }

  /**
   * Returns whether {@code given} is a name that the user did not choose: by default {@code
   * spark-submit} gives the name of the main class, and {@code jobs/trawl}, if the cluster runs the
   * driver, the first words of {@code name}.
   *
   * @param given {@code spark.app.name}; empty if it is not set
   * @param name the name that this class gives the run
   */
  static boolean isUnnamed(String given, String name) {
    return given.isEmpty() || given.equals(Main.class.getName()) || name.startsWith(given);
  }

  /** Returns a single size as it is, of several the first, the last and the number. */
  private static String sizes(List<?> sizes) {
    return sizes.size() == 1
        ? sizes.get(0).toString()
        : "%s..%s (%d)".formatted(sizes.get(0), sizes.get(sizes.size() - 1), sizes.size());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}

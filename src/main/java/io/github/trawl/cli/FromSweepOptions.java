package io.github.trawl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.sweep.SweptPoint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that name a point of a sweep in place of a selection and a method. */
final class FromSweepOptions {
  /** The flags whose values the point determines, so that the user must not give them. */
  private static final List<String> POINT_FLAGS =
      List.of(
          "--strategy",
          "--matrices",
          "--layers",
          "--method",
          "--rank",
          "--ratio",
          "--seed",
          "--start",
          "--acceleration",
          "--max-iterations",
          "--tolerance");

  @Option(
      names = "--from-sweep",
      paramLabel = "URI",
      description =
          "Directory of a sweep: writes a point of it, with the factors that were measured and a model card. --model is then the sweep's unless it is given; selection and method are the point's.")
  private String sweep;

  @Option(
      names = "--point",
      paramLabel = "ID",
      description =
          "With --from-sweep: the name of a point, suggested for the mildest one within one standard error of the best, or composed for those that --compose greedy has put together (default: the best on validation).")
  private String point;

  /**
   * Returns the point that {@code --from-sweep} and {@code --point} name; empty without {@code
   * --from-sweep}.
   *
   * @throws TrawlException of category USAGE if other flags give a selection or a method; and for
   *     the reasons for which {@link SweptPoint#read} throws
   */
  Optional<SweptPoint> point(CommandSpec spec, Configuration hadoop) {
    if (sweep == null) {
      if (point != null) {
        throw usage("--point needs --from-sweep; add --from-sweep, or leave out --point");
      }
      return Optional.empty();
    }
    List<String> given =
        POINT_FLAGS.stream()
            .filter(flag -> spec.commandLine().getParseResult().hasMatchedOption(flag))
            .toList();
    if (!given.isEmpty()) {
      throw usage(
          "--from-sweep takes selection and method from the sweep; leave out "
              + String.join(", ", given));
    }
    return Optional.of(
        SweptPoint.read(Required.path("--from-sweep", sweep), Optional.ofNullable(point), hadoop));
  }

  /** Replaces the values of flags in {@code flagValues} by those of the point. */
  static void putPointValues(SweptPoint point, ObjectNode flagValues) {
    if (!flagValues.has("model")) {
      flagValues.put("model", Redaction.redact(point.model().toString()));
    }
    flagValues.put("point", point.id());
    if (point.isComposed()) {
      // Flags can't describe several edits.
      POINT_FLAGS.forEach(flag -> flagValues.remove(flag.substring(2)));
      return;
    }
    SweptPoint.Part part = point.parts().get(0);
    DecompositionOptions options = part.options();
    flagValues.put("strategy", part.selection().strategy().key());
    flagValues.put("matrices", part.selection().matrices());
    flagValues.put("layers", part.selection().layers());
    flagValues.put("method", options.method().key());
    options.ranks().forEach(rank -> flagValues.put("rank", rank.toString()));
    options.ratios().forEach(ratio -> flagValues.put("ratio", ratio.toString()));
    options.seeds().forEach(seed -> flagValues.put("seed", seed.toString()));
    flagValues.put("start", options.start().name().toLowerCase(Locale.ROOT));
    flagValues.put("acceleration", options.acceleration().name().toLowerCase(Locale.ROOT));
    flagValues.put("max-iterations", Integer.toString(options.maxIterations()));
    flagValues.put("tolerance", Double.toString(options.tolerance()));
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}

package io.github.trawl.denoise;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.sweep.SweptPoint;
import io.github.trawl.sweep.card.HubResults;
import io.github.trawl.sweep.card.ModelCard;
import io.github.trawl.yaml.FrontMatter;
import io.github.trawl.yaml.InvalidYamlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The step of a run that writes the model card of a checkpoint made from a sweep, and copies the
 * files of the input that every run copies.
 *
 * <p>The input's card is kept beside the new one under another name, since its scores are those of
 * another model; its {@code .eval_results} are left out for the same reason.
 */
final class ModelCardStep {
  private static final String README = "README.md";

  /** The directory of {@link HubResults#FILE}. */
  private static final String RESULTS = HubResults.FILE.substring(0, HubResults.FILE.indexOf('/'));

  /** Bytes from the beginning of a card in which its metadata is looked for. */
  private static final int LARGEST_README = 1 << 22;

  private final DenoiseRequest request;
  private final SweptPoint point;
  private final Configuration hadoop;

  ModelCardStep(DenoiseRequest request, SweptPoint point, Configuration hadoop) {
    this.request = request;
    this.point = point;
    this.hadoop = hadoop;
  }

  /**
   * Writes the files.
   *
   * @return remarks for the user, a line each
   * @throws TrawlException if the storage fails
   */
  List<String> run(Checkpoint checkpoint, CheckpointWriter writer) {
    List<String> remarks = new ArrayList<>();
    try {
      FileSystem source = Storage.open(checkpoint.directory(), hadoop);
      Optional<String> baseCard =
          source.exists(new Path(checkpoint.directory(), README))
              ? Optional.of(freeName(source, checkpoint.directory()))
              : Optional.empty();
      if (source.exists(new Path(checkpoint.directory(), RESULTS))) {
        remarks.add(RESULTS + " of the model is left out: it holds scores of the unmodified model");
      }
      remarks.addAll(
          writer.copyOtherFiles(
              checkpoint,
              request.keepOtherWeights(),
              Set.of(RESULTS),
              baseCard.map(name -> Map.of(README, name)).orElse(Map.of())));
      Map<String, Object> metadata =
          baseCard.isPresent() ? metadata(source, checkpoint, remarks) : Map.of();
      ModelCard card =
          new ModelCard(
              request.output().getName(),
              request.model().getName(),
              metadata,
              baseCard,
              point.sweep().getName(),
              point.recipes(),
              point.result(),
              point.pointResult());
      write(writer, README, card.text());
      Optional<String> results = new HubResults(point.result(), point.pointResult()).text();
      if (results.isPresent()) {
        write(writer, HubResults.FILE, results.get());
      }
      return remarks;
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "the model card of %s can't be written (%s); check the storage and run again"
              .formatted(Problems.show(request.output()), Problems.oneLine(e)),
          e);
    }
  }

  /**
   * Returns a name for the input's card that is free: a model that was itself made from a sweep
   * already has the card of its own base beside its card.
   */
  private static String freeName(FileSystem source, Path model) throws IOException {
    String name = "README-base.md";
    for (int number = 2; source.exists(new Path(model, name)); number++) {
      name = "README-base-" + number + ".md";
    }
    return name;
  }

  private static Map<String, Object> metadata(
      FileSystem source, Checkpoint checkpoint, List<String> remarks) throws IOException {
    Path file = new Path(checkpoint.directory(), README);
    try (InputStream stream = source.open(file)) {
      byte[] page = stream.readNBytes(LARGEST_README);
      return FrontMatter.of(new String(page, StandardCharsets.UTF_8));
    } catch (InvalidYamlException e) {
      remarks.add(
          "the metadata of the model's %s is not carried over (%s)"
              .formatted(README, e.getMessage()));
      return Map.of();
    }
  }

  private void write(CheckpointWriter writer, String name, String content) throws IOException {
    Path file = new Path(writer.directory(), name);
    try (OutputStream stream = Storage.open(file, hadoop).create(file, true)) {
      stream.write(content.getBytes(StandardCharsets.UTF_8));
    }
  }
}

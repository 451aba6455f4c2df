package io.github.trawl.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.sweep.mlflow.MlflowPublisher;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;

/** The options for sending the results of a sweep to an MLflow tracking server. */
final class MlflowOptions {
  @Option(
      names = "--mlflow",
      paramLabel = "URI",
      description =
          "MLflow tracking server that gets the results at the end, such as http://host:5000. If it fails, the sweep does not. Credentials: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.")
  private String address;

  @Option(
      names = "--mlflow.experiment",
      paramLabel = "NAME",
      defaultValue = "trawl",
      description = "Experiment that the runs are in (default: ${DEFAULT-VALUE}).")
  private String experiment;

  /**
   * Returns the address of the server; empty if none was given.
   *
   * @throws TrawlException of category {@code USAGE} if it is not an http or https URL with a host
   */
  Optional<URI> address() {
    if (address == null) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
    throw usage(null);
  }

  /**
   * Sends the results of a sweep to the server, if one was given.
   *
   * @param output the directory of the sweep
   * @param result the content of its {@code result.json}
   */
  void publish(Path output, JsonNode result) {
    address()
        .ifPresent(uri -> new MlflowPublisher(uri, experiment, output.toString()).publish(result));
  }

  private TrawlException usage(Exception cause) {
    return new TrawlException(
        ErrorCategory.USAGE,
        "--mlflow '%s' is no http or https URL of a server; give one such as http://host:5000"
            .formatted(address),
        cause);
  }
}

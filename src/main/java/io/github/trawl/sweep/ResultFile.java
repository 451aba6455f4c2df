package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Json;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads the {@code result.json} of a sweep. */
public final class ResultFile {
  /** The most bytes that are read; a larger file is refused. */
  private static final long LARGEST_FILE = 1L << 30;

  private ResultFile() {}

  /** Returns the path of the results of the sweep in a directory. */
  static Path of(Path sweep) {
    return new Path(sweep, ResultJson.FILE);
  }

  /**
   * Returns the results of the sweep in a directory, finished or not.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if there are none, or none that this
   *     version can read; of category {@code SYSTEM} if the storage fails
   */
  public static JsonNode read(Path sweep, Configuration hadoop) {
    return find(sweep, hadoop)
        .orElseThrow(
            () ->
                bad(
                    sweep,
                    "holds no results of a sweep yet; give the --output of trawl sweep, or wait for its first round"));
  }

  /** Returns the same; empty if there are none. */
  static Optional<JsonNode> find(Path sweep, Configuration hadoop) {
    Path file = of(sweep);
    FileSystem fileSystem = Storage.open(file, hadoop);
    try {
      if (!fileSystem.exists(file)) {
        return Optional.empty();
      }
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(file) + " can't be read (" + Problems.oneLine(e) + "); try again",
          e);
    }
    JsonNode result = Json.readObject(fileSystem, file, LARGEST_FILE);
    if (result.path("format").asInt() != ResultJson.FORMAT) {
      throw bad(
          file,
          "is of format %s, and this version of Trawl reads %d; use the one that wrote it"
              .formatted(result.path("format").asText("none"), ResultJson.FORMAT));
    }
    return Optional.of(result);
  }

  /** Returns the error that the results lack a field or hold an invalid value. */
  static TrawlException damaged(Path sweep, RuntimeException cause) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        "%s is damaged (%s); run the sweep again, which writes it anew"
            .formatted(Problems.show(of(sweep)), Problems.oneLine(cause)),
        cause);
  }

  private static TrawlException bad(Path where, String what) {
    return new TrawlException(ErrorCategory.BAD_INPUT, Problems.show(where) + " " + what);
  }
}

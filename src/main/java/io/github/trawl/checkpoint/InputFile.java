package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A single file that tells a run what to do: a configuration, a grid, an architecture, a task or
 * the examples of a task.
 *
 * <p>A path without a scheme belongs to Hadoop's default file system, {@code fs.defaultFS}, as all
 * paths do. But on a cluster with HDFS as the default such a file often lies on the driver's
 * machine, for example because YARN has copied it there ({@code --files}); so it is looked for
 * there as well.
 */
public final class InputFile {
  private InputFile() {}

  /**
   * Returns {@code named}, or the local file of that name if it has no scheme and only this machine
   * has such a file.
   *
   * @param option by which the user names it, for messages
   * @throws TrawlException of category {@code USAGE} if both file systems have such a file
   */
  public static Path find(String option, Path named, Configuration hadoop) {
    if (named.toUri().getScheme() != null || named.toUri().getAuthority() != null) {
      return named;
    }
    FileSystem shared = Storage.open(named, hadoop);
    if (shared.getUri().getScheme().equals("file")) {
      return named;
    }
    try {
      FileSystem local = FileSystem.getLocal(hadoop).getRaw();
      Path here = local.makeQualified(named);
      if (!local.exists(here)) {
        return named;
      }
      if (shared.exists(named)) {
        throw Problems.usage(
            option + " " + Problems.show(named),
            "is on this machine and on %s; give %s or %s"
                .formatted(
                    Problems.show(shared.getUri()),
                    Problems.show(here),
                    Problems.show(shared.makeQualified(named))));
      }
      return here;
    } catch (IOException e) {
      throw Problems.reading(named, "cannot look for", e);
    }
  }
}

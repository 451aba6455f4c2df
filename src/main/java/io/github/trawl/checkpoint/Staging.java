package io.github.trawl.checkpoint;

import java.io.Serializable;
import java.util.Objects;
import org.apache.hadoop.fs.Path;

/**
 * The places where the attempts of a run put their files: each in a directory of its own below
 * {@code attempts}, or, in object stores that support it, as an upload that nobody sees before it
 * is published.
 *
 * @param attempts directory of the run, fully qualified
 * @param output where the files appear when they are published, fully qualified
 */
public record Staging(String attempts, String output) implements Serializable {

  /** Checks that nothing is missing. */
  public Staging {
    Objects.requireNonNull(attempts, "attempts");
    Objects.requireNonNull(output, "output");
  }

  /** Returns the path of a file that only this attempt writes. */
  Path privatePath(String attempt, String name) {
    return Storage.child(Storage.child(new Path(attempts), attempt), name);
  }

  /** Returns the path at which the file {@code name} is published. */
  Path target(String name) {
    return Storage.child(new Path(output), name);
  }
}

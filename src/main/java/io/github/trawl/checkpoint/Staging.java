package io.github.trawl.checkpoint;

import java.io.Serializable;
import java.util.Objects;
import org.apache.hadoop.fs.Path;

/**
 * The places where the attempts of a run put their files: each attempt in a directory of its own
 * below {@code attempts}, or, in object stores that support it, as uploads that are invisible until
 * they are published.
 *
 * @param attempts the directory of the run for its attempts, fully qualified
 * @param output the directory in which files appear when they are published, fully qualified
 */
public record Staging(String attempts, String output) implements Serializable {

  /** Checks that nothing is missing. */
  public Staging {
    Objects.requireNonNull(attempts, "attempts");
    Objects.requireNonNull(output, "output");
  }

  /**
   * Returns the path at which an attempt writes the file {@code name}, and no other attempt does.
   */
  Path privatePath(String attempt, String name) {
    return Storage.child(Storage.child(new Path(attempts), attempt), name);
  }

  /** Returns the path at which the file {@code name} is published. */
  Path target(String name) {
    return Storage.child(new Path(output), name);
  }
}

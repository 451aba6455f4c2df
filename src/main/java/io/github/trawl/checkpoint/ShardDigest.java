package io.github.trawl.checkpoint;

import java.io.Serializable;
import java.util.Objects;

/**
 * What was read and written when a shard was rewritten.
 *
 * @param inputSha256 digest of the file that was read, 64 hex digits; empty if it was not computed
 * @param file the file that was written
 */
public record ShardDigest(String inputSha256, WrittenFile file) implements Serializable {

  /** Checks that nothing is missing. */
  public ShardDigest {
    Objects.requireNonNull(inputSha256, "inputSha256");
    Objects.requireNonNull(file, "file");
  }
}

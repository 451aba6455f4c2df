package io.github.trawl.checkpoint;

import java.io.Serializable;
import java.util.Objects;

/**
 * What was read and written when a shard was rewritten.
 *
 * @param shard plain file name
 * @param inputSha256 digest of the file that was read, 64 hex digits; empty if it was not computed
 * @param outputCrc32c checksum (RFC 3720) of the file that was written; detects damage, not
 *     tampering; 0 if it was not computed
 * @param bytes length of the file that was written
 */
public record ShardDigest(String shard, String inputSha256, long outputCrc32c, long bytes)
    implements Serializable {

  /** Checks that nothing is missing. */
  public ShardDigest {
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(inputSha256, "inputSha256");
  }

  /** The digest of a shard of which only the length is known. */
  static ShardDigest none(String shard, long bytes) {
    return new ShardDigest(shard, "", 0, bytes);
  }

  boolean isComputed() {
    return !inputSha256.isEmpty();
  }
}

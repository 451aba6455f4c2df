package io.github.trawl.checkpoint;

import java.io.Serializable;
import java.util.Objects;

/**
 * What was read and written when a shard was rewritten.
 *
 * @param shard plain file name
 * @param inputSha256 digest of the file that was read, 64 hex digits
 * @param outputCrc32c checksum (RFC 3720) of the file that was written; tells damage, not malice
 * @param bytes length of the file that was written
 */
public record ShardDigest(String shard, String inputSha256, long outputCrc32c, long bytes)
    implements Serializable {

  /** Checks that nothing is missing. */
  public ShardDigest {
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(inputSha256, "inputSha256");
  }
}

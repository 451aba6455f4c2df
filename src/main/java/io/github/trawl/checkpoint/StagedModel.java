package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Checks a model that was written but not published yet. */
final class StagedModel {
  private final Path staging;
  private final Configuration hadoop;

  StagedModel(Path staging, Configuration hadoop) {
    this.staging = staging;
    this.hadoop = hadoop;
  }

  void checkStructure(Checkpoint input, Collection<ShardDigest> written) {
    Checkpoint staged = reopen();
    if (input != null) {
      List<String> expected = input.shards().stream().map(ShardFile::name).toList();
      List<String> found = staged.shards().stream().map(ShardFile::name).toList();
      if (!found.equals(expected)) {
        throw broken("has the shards " + found + ", expected " + expected);
      }
      if (staged.tensors().size() != input.tensors().size()) {
        throw broken(
            "has " + staged.tensors().size() + " tensors, expected " + input.tensors().size());
      }
      for (TensorInfo tensor : input.tensors()) {
        checkTensor(tensor, staged);
      }
    }
    for (ShardDigest digest : written) {
      ShardFile shard = find(staged, digest);
      if (shard.length() != digest.bytes()) {
        throw broken(
            digest.shard()
                + " has "
                + shard.length()
                + " bytes, "
                + digest.bytes()
                + " were written");
      }
    }
  }

  void checkContent(Collection<ShardDigest> written) {
    Checkpoint staged = reopen();
    for (ShardDigest digest : written.stream().filter(ShardDigest::isComputed).toList()) {
      long found = checksum(find(staged, digest));
      if (found != digest.outputCrc32c()) {
        throw broken(
            String.format(
                "%s reads back with CRC-32C %08x, %08x was written",
                digest.shard(), found, digest.outputCrc32c()));
      }
    }
  }

  private void checkTensor(TensorInfo expected, Checkpoint staged) {
    TensorInfo found = staged.contains(expected.name()) ? staged.tensor(expected.name()) : null;
    if (found == null
        || found.dtype() != expected.dtype()
        || !found.shape().equals(expected.shape())
        || !found.file().equals(expected.file())) {
      throw broken("has " + found + ", expected " + expected);
    }
  }

  private long checksum(ShardFile shard) {
    CRC32C checksum = new CRC32C();
    byte[] chunk = new byte[ShardRewriter.CHUNK_BYTES];
    try (ShardReader reader = ShardReader.open(staging, shard, hadoop)) {
      for (long at = 0; at < shard.length(); at += chunk.length) {
        int count = (int) Math.min(chunk.length, shard.length() - at);
        reader.readFully(at, ByteBuffer.wrap(chunk, 0, count));
        checksum.update(chunk, 0, count);
      }
      return checksum.getValue();
    }
  }

  private Checkpoint reopen() {
    try {
      return Checkpoint.open(staging, hadoop);
    } catch (TrawlException e) {
      // What can't be read back is a failed write, not a bad input.
      throw new TrawlException(
          ErrorCategory.SYSTEM, "the written model can't be read back: " + e.getMessage(), e);
    }
  }

  private ShardFile find(Checkpoint staged, ShardDigest digest) {
    return staged.shards().stream()
        .filter(shard -> shard.name().equals(digest.shard()))
        .findFirst()
        .orElseThrow(() -> broken("lacks the shard " + digest.shard()));
  }

  private TrawlException broken(String what) {
    return new TrawlException(
        ErrorCategory.SYSTEM,
        Problems.show(staging)
            + ": the written model "
            + what
            + "; check the storage and run again");
  }
}

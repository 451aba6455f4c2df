package io.github.trawl.evaluation;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.evaluation.model.NumberType;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoint that an executor is to load.
 *
 * @param directory the directory of the checkpoint
 * @param type the type of number in which the model computes
 * @param streamed whether the executor holds one layer at a time
 * @param shards its weight files as the driver saw them; an executor that sees others refuses them
 */
record ModelSource(String directory, NumberType type, boolean streamed, List<ShardFile> shards)
    implements Serializable {
  static ModelSource of(Checkpoint checkpoint, NumberType type, boolean streamed) {
    return new ModelSource(checkpoint.directory().toString(), type, streamed, checkpoint.shards());
  }

  /**
   * Opens the checkpoint.
   *
   * @throws TrawlException if its weight files are not those that the driver saw
   */
  Checkpoint open(Configuration hadoop) {
    Checkpoint checkpoint = Checkpoint.open(new Path(directory), hadoop);
    if (!checkpoint.shards().equals(shards)) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          directory
              + ": the weight files changed since the run began; keep the model unchanged and run again");
    }
    return checkpoint;
  }
}

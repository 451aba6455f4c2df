package io.github.trawl.solve;

import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.ModelDigest;
import io.github.trawl.spark.JobDescription;
import io.github.trawl.spark.TaskRunner;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/** Computes the {@link ModelDigest} of a checkpoint on the executors, one file in each task. */
public final class ModelDigestStep {
  private ModelDigestStep() {}

  private record FileTask(String directory, ModelDigest.Part part, SerializableConfiguration hadoop)
      implements Serializable {
    String run() {
      return ModelDigest.ofFile(new Path(directory), part, hadoop.value());
    }
  }

  /**
   * Returns the {@link ModelDigest} of a checkpoint.
   *
   * @throws io.github.trawl.TrawlException if a file can't be read, or the cluster fails
   */
  public static String run(JavaSparkContext spark, Checkpoint checkpoint) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    List<ModelDigest.Part> parts = ModelDigest.parts(checkpoint, hadoop.value());
    Map<String, String> digests = new HashMap<>();
    JobDescription description =
        JobDescription.of(spark, "digest " + parts.size() + " files of the model");
    try {
      TaskRunner.<FileTask, String>forEach(
          spark,
          "digests",
          parts.stream()
              .map(part -> new FileTask(checkpoint.directory().toString(), part, hadoop))
              .toList(),
          FileTask::run,
          (index, digest) -> digests.put(parts.get(index).name(), digest));
    } finally {
      description.close();
    }
    return ModelDigest.combine(digests);
  }
}

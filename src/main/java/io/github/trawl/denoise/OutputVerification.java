package io.github.trawl.denoise;

import io.github.trawl.Progress;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.spark.TaskRunner;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Verifies the shards and factors that a run has written before they count as its output. The
 * driver verifies the headers of factor files ({@link CheckpointWriter} verifies those of shards),
 * and executors verify the content of all of them if the request asks for it.
 *
 * @param written shards and factors
 */
record OutputVerification(
    JavaSparkContext spark,
    Progress progress,
    Verification verification,
    SerializableConfiguration hadoop,
    List<WrittenFile> written)
    implements CheckpointWriter.Check {

  @Override
  public void run(Path directory) {
    written.stream()
        .filter(file -> file.name().startsWith(CheckpointWriter.FACTORS + "/"))
        .parallel()
        .forEach(
            file -> FactorFile.verifyStructure(new Path(directory, file.name()), hadoop.value()));
    if (verification == Verification.STRUCTURE || written.isEmpty()) {
      return;
    }
    List<VerifyTask> tasks =
        written.stream().map(file -> new VerifyTask(file, directory.toString(), hadoop)).toList();
    spark.setJobDescription("verify " + tasks.size() + " files");
    try (Progress.Bar bar = progress.start("verified files", tasks.size())) {
      TaskRunner.collect(spark, "verification", tasks, VerifyTask::run, bar::step);
    }
  }
}

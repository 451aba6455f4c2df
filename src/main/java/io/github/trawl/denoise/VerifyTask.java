package io.github.trawl.denoise;

import io.github.trawl.checkpoint.WrittenFile;
import java.io.Serializable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads a written file back.
 *
 * @param directory where it lies under its name
 */
record VerifyTask(WrittenFile file, String directory, SerializableConfiguration hadoop)
    implements Serializable {

  /** Its name, once its content is what was written. */
  String run() {
    file.verifyContent(new Path(directory), hadoop.value());
    return file.name();
  }
}

package io.github.trawl.denoise;

import io.github.trawl.checkpoint.WrittenFile;
import java.io.Serializable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads a written file back and compares it with what was written.
 *
 * @param directory the directory that holds the file under its name
 */
record VerifyTask(WrittenFile file, String directory, SerializableConfiguration hadoop)
    implements Serializable {

  /**
   * Verifies the file's content and returns its name.
   *
   * @throws io.github.trawl.TrawlException if the content is not what was written
   */
  String run() {
    file.verifyContent(new Path(directory), hadoop.value());
    return file.name();
  }
}

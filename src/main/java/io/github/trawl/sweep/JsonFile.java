package io.github.trawl.sweep;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.StagedFile;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes JSON files of a sweep that are replaced as a whole. */
final class JsonFile {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonFile() {}

  /**
   * Writes {@code content} in place of what is there; readers see one or the other.
   *
   * @throws TrawlException of category {@code SYSTEM} if the storage fails
   */
  static void write(Path file, ObjectNode content, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(file, hadoop);
    Path qualified = fileSystem.makeQualified(file);
    // The default indenter would end lines as the platform does.
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    try (StagedFile staged = StagedFile.create(fileSystem, qualified)) {
      staged.stream()
          .write(
              MAPPER
                  .writer(new DefaultPrettyPrinter().withObjectIndenter(indenter))
                  .writeValueAsBytes(content));
      staged.commit();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(file)
              + " can't be written ("
              + Problems.oneLine(e)
              + "); make room there and run again",
          e);
    }
  }
}

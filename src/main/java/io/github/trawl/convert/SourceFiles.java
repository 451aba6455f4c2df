package io.github.trawl.convert;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Storage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of the source of an import: a directory, a zip, or a zip inside a jar. They are listed
 * once. The contents of the few small files that describe a model are kept; the data is streamed
 * from the source when it is needed.
 */
interface SourceFiles {
  /** Returns the name of the source in error messages. */
  String description();

  /** Returns the name of {@code file} in error messages: its path after that of the source. */
  String nameOf(SourceFile file);

  /** All files, in the order of the source. */
  Collection<SourceFile> files();

  /**
   * Streams {@code file} from its first byte.
   *
   * @throws IOException if the source cannot be read or no longer has the file; callers pass it to
   *     {@link #failure}
   */
  InputStream open(SourceFile file) throws IOException;

  /**
   * Lists the files of {@code source}.
   *
   * @throws TrawlException BAD_INPUT if the source does not exist or is neither a directory nor an
   *     archive; as {@link #failure} if it can't be read
   */
  static SourceFiles scan(Path source, Configuration hadoop) {
    try {
      FileSystem files = Storage.open(source, hadoop);
      FileStatus status = files.getFileStatus(source);
      if (status.isDirectory()) {
        return DirectoryFiles.scan(files, source);
      }
      try (InputStream stream = new BufferedInputStream(files.open(source))) {
        if (!ArchiveFiles.startsLikeZip(stream.readNBytes(ArchiveFiles.SIGNATURE_LENGTH))) {
          throw BadInput.of(
              BadInput.show(source)
                  + ": neither a jar nor a zip nor a directory; name the model's jar, the zip"
                  + " inside it, or the unpacked directory");
        }
      }
      return ArchiveFiles.scan(files, source);
    } catch (FileNotFoundException exception) {
      throw BadInput.of(BadInput.show(source) + ": not found; check --source", exception);
    } catch (IOException exception) {
      throw failure(BadInput.show(source), exception);
    }
  }

  /**
   * Returns the error for a {@code file} that could not be read: BAD_INPUT if it is damaged, SYSTEM
   * if the storage failed.
   */
  static TrawlException failure(String file, IOException exception) {
    if (exception instanceof EOFException || exception instanceof ZipException) {
      String reason = exception.getMessage() == null ? "it ends too early" : exception.getMessage();
      return BadInput.of(
          file
              + ": not readable ("
              + BadInput.quote(reason)
              + "); the file is damaged or incomplete, fetch it again",
          exception);
    }
    return new TrawlException(
        ErrorCategory.SYSTEM,
        file
            + ": reading failed ("
            + BadInput.quote(String.valueOf(exception.getMessage()))
            + "); check the storage and run again",
        exception);
  }
}

package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * A file of UTF-8 text. It is decompressed by Hadoop's codec for the extension of its name, such as
 * {@code .gz} or {@code .bz2}; a byte order mark at its beginning is skipped.
 */
final class TextFile {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path path;
  private final Configuration hadoop;

  TextFile(Path path, Configuration hadoop) {
    this.path = path;
    this.hadoop = hadoop;
  }

  /**
   * Opens the text. Reading bytes that are not UTF-8 fails with a {@link
   * java.nio.charset.CharacterCodingException}.
   *
   * @throws TrawlException if there is no such file, or it is a directory, can't be opened, or
   *     can't be decompressed
   */
  Reader open() throws IOException {
    Reader reader =
        new BufferedReader(
            new InputStreamReader(
                decompressed(bytes()),
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    try {
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Returns the error for a failure while the text is read: for a compressed file, that it can't be
   * decompressed; for any other, that the storage failed.
   */
  TrawlException unreadable(Exception failure) {
    return isCompressed()
        ? new TrawlException(
            ErrorCategory.BAD_INPUT,
            path + ": can't be decompressed (" + Problems.oneLine(failure) + "); check the file",
            failure)
        : new TrawlException(
            ErrorCategory.SYSTEM,
            path + ": can't be read (" + Problems.oneLine(failure) + "); try again",
            failure);
  }

  private boolean isCompressed() {
    return new CompressionCodecFactory(hadoop).getCodec(path) != null;
  }

  private InputStream bytes() throws IOException {
    FileSystem files = Storage.open(path, hadoop);
    try {
      return files.open(path);
    } catch (FileNotFoundException e) {
      // Hadoop throws this also for a local file that the user may not read.
      String what =
          !files.exists(path)
              ? "no such file; check the path of the data"
              : files.getFileStatus(path).isDirectory()
                  ? "is a directory; name a file in it"
                  : "can't be opened (" + Problems.oneLine(e) + "); check its permissions";
      throw new TrawlException(ErrorCategory.BAD_INPUT, path + ": " + what, e);
    }
  }

  private InputStream decompressed(InputStream bytes) throws IOException {
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
    try {
      return codec == null ? bytes : codec.createInputStream(bytes);
    } catch (IOException | RuntimeException e) { // A codec without its library throws the latter.
      bytes.close();
      throw unreadable(e);
    }
  }
}

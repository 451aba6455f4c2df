package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UploadHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of a multipart upload that was not completed. Completing it, in any process, makes the
 * file appear at once, without copying a byte.
 *
 * @param target the file that the upload was begun for, fully qualified
 * @param upload handle of the upload
 * @param parts handles of its parts, in order
 */
@SuppressWarnings("ArrayRecordComponent") // Opaque handles; records of this kind are not compared.
record UploadedParts(String target, byte[] upload, List<byte[]> parts) implements PendingFile {
  private static final Logger LOG = LoggerFactory.getLogger(UploadedParts.class);

  @Override
  public void publish(FileSystem fileSystem, Path published, long bytes) throws IOException {
    try {
      complete(fileSystem, published);
    } catch (IOException e) {
      // The store may have completed the upload though its answer was lost; when the client tries
      // again, it is told that there is no such upload.
      if (!isThere(fileSystem, published, bytes, e)) {
        if (e instanceof InterruptedIOException) {
          throw unknown(published, e); // A time-out: the store may still complete it.
        }
        throw e;
      }
      LOG.warn(
          "Completing {} was reported as failed but has happened: {}",
          Problems.show(published),
          Problems.oneLine(e));
    }
  }

  /**
   * Completes the upload, which replaces a file that is there. Does not look, as {@link #publish}
   * does, whether a completion that failed has happened after all: the file could be the earlier
   * one.
   */
  @Override
  public void replace(FileSystem fileSystem, Path published, long bytes) throws IOException {
    complete(fileSystem, published);
  }

  private void complete(FileSystem fileSystem, Path published) throws IOException {
    if (!published.equals(new Path(target))) {
      throw new IllegalArgumentException(
          "an upload to "
              + Problems.show(new Path(target))
              + " can't be published as "
              + Problems.show(published));
    }
    Map<Integer, PartHandle> handles = new HashMap<>();
    for (int part = 0; part < parts.size(); part++) {
      byte[] handle = parts.get(part);
      handles.put(part + 1, () -> ByteBuffer.wrap(handle));
    }
    try (MultipartUploader uploader = uploader(fileSystem, published)) {
      Futures.await(uploader.complete(handle(), published, handles));
    }
  }

  @Override
  public void discard(FileSystem fileSystem) throws IOException {
    Path file = new Path(target);
    try (MultipartUploader uploader = uploader(fileSystem, file)) {
      Futures.await(uploader.abort(handle(), file));
    }
  }

  private UploadHandle handle() {
    return () -> ByteBuffer.wrap(upload);
  }

  static MultipartUploader uploader(FileSystem fileSystem, Path target) throws IOException {
    return fileSystem.createMultipartUploader(target.getParent()).build();
  }

  private static boolean isThere(
      FileSystem fileSystem, Path file, long bytes, IOException failure) {
    try {
      return fileSystem.exists(file) && fileSystem.getFileStatus(file).getLen() == bytes;
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw unknown(file, failure);
    }
  }

  private static CheckpointStateUnknownException unknown(Path file, IOException cause) {
    return new CheckpointStateUnknownException(
        "%s: it is unknown whether its upload was completed (%s); nothing was cleaned up: run again with --overwrite when the storage answers"
            .formatted(Problems.show(file), Problems.oneLine(cause)),
        cause);
  }
}

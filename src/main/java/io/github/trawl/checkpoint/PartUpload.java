package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UploadHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads a file to an object store in parts, and leaves it to the driver to complete the upload.
 * An upload belongs to the attempt that began it: aborting it touches no other to the same name.
 */
final class PartUpload extends OutputStream implements OutgoingFile {
  private static final Logger LOG = LoggerFactory.getLogger(PartUpload.class);

  /** The least length of all parts but the last; S3 requires at least 5 MiB. */
  private static final long LEAST_PART_BYTES = 16 << 20;

  /**
   * The most parts of a file of the expected length. S3 allows 10,000; the rest is for a file that
   * gets longer than expected.
   */
  private static final int MOST_PARTS = 9_000;

  /** Parts that are sent at a time beside the one that is filled; each is held on the heap. */
  private static final int IN_FLIGHT = 3;

  /** The first length of the buffer, which grows up to that of a part. */
  private static final int FIRST_BUFFER_BYTES = 1 << 16;

  private final Path target;
  private final MultipartUploader uploader;
  private final UploadHandle upload;
  private final int partBytes;
  private final Queue<CompletableFuture<PartHandle>> inFlight = new ArrayDeque<>();
  private final List<byte[]> parts = new ArrayList<>();
  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
  private int filled;
  private int sent;

  /**
   * Begins an upload.
   *
   * @param expectedBytes the approximate length of the file
   */
  PartUpload(FileSystem fileSystem, Path target, long expectedBytes) throws IOException {
    this.target = target;
    this.partBytes = Math.toIntExact(Math.max(LEAST_PART_BYTES, expectedBytes / MOST_PARTS + 1));
    this.uploader = UploadedParts.uploader(fileSystem, target);
    try {
      this.upload = Futures.await(uploader.startUpload(target));
    } catch (IOException | RuntimeException e) {
      uploader.close();
      throw e;
    }
  }

  @Override
  public OutputStream stream() {
    return this;
  }

  @Override
  public Optional<FileChannel> channel() {
    return Optional.empty();
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    for (int at = 0; at < length; ) {
      // A full part is sent only when more bytes follow: the last part must be sent as the last.
      if (filled == partBytes) {
        send(false);
      }
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, partBytes));
      }
      int count = Math.min(length - at, buffer.length - filled);
      System.arraycopy(bytes, offset + at, buffer, filled, count);
      filled += count;
      at += count;
    }
  }

  @Override
  public PendingFile finish() throws IOException {
    send(true);
    while (!inFlight.isEmpty()) {
      awaitOldest();
    }
    uploader.close();
    return new UploadedParts(target.toString(), upload.toByteArray(), List.copyOf(parts));
  }

  @Override
  public void abort() throws IOException {
    // Spark interrupts tasks that it kills; parts that still arrive would outlive the upload.
    Uninterrupted.run(this::endUpload);
  }

  private void endUpload() throws IOException {
    for (CompletableFuture<PartHandle> part : inFlight) {
      try {
        Futures.await(part);
      } catch (IOException | RuntimeException e) {
        LOG.debug("A part of {} failed, its upload is aborted", Problems.show(target), e);
      }
    }
    try (uploader) {
      Futures.await(uploader.abort(upload, target));
    }
  }

  private void send(boolean last) throws IOException {
    // Before a further buffer is allocated: each part on its way holds one.
    while (inFlight.size() >= IN_FLIGHT) {
      awaitOldest();
    }
    sent++;
    inFlight.add(PutPart.call(uploader, upload, sent, last, target, buffer, filled));
    // The part that is being sent keeps the old buffer.
    buffer = new byte[last ? 0 : buffer.length];
    filled = 0;
  }

  private void awaitOldest() throws IOException {
    parts.add(Futures.await(inFlight.remove()).toByteArray());
  }
}

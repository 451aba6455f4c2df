package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathHandle;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UploadHandle;
import org.apache.hadoop.fs.impl.MultipartUploaderBuilderImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@link PartUpload} sends, and what {@link UploadedParts} says of an upload that fails. */
@Timeout(60)
class PartUploadTest {
  private static final int PART_BYTES = 16 << 20;

  @TempDir private java.nio.file.Path folder;

  /** A store at which no part arrives before it is waited for, and which completes no upload. */
  private static final class SlowStore extends RawLocalFileSystem {
    /** The parts on their way when each was sent, itself included. */
    private final List<Integer> underWay = new ArrayList<>();

    private final List<Long> lengths = new ArrayList<>();
    private int sent;
    private int arrived;

    SlowStore() throws IOException {
      initialize(URI.create("file:///"), new Configuration());
    }

    @Override
    public UploaderBuilder createMultipartUploader(Path directory) {
      return new UploaderBuilder(this, directory);
    }

    private CompletableFuture<PartHandle> send(long length) {
      sent++;
      lengths.add(length);
      underWay.add(sent - arrived);
      return new CompletableFuture<>() {
        @Override
        public PartHandle get() {
          arrived++;
          return () -> ByteBuffer.wrap(new byte[1]);
        }
      };
    }
  }

  private static final class UploaderBuilder
      extends MultipartUploaderBuilderImpl<MultipartUploader, UploaderBuilder> {
    UploaderBuilder(FileSystem fileSystem, Path directory) {
      super(fileSystem, directory);
    }

    @Override
    public UploaderBuilder getThisBuilder() {
      return this;
    }

    @Override
    public MultipartUploader build() {
      return new Uploader((SlowStore) getFS());
    }
  }

  private record Uploader(SlowStore target) implements MultipartUploader {
    @Override
    public CompletableFuture<UploadHandle> startUpload(Path file) {
      return CompletableFuture.completedFuture(() -> ByteBuffer.wrap(new byte[1]));
    }

    @Override
    public CompletableFuture<PartHandle> putPart(
        UploadHandle upload, int part, boolean last, Path file, InputStream bytes, long length) {
      return target.send(length);
    }

    @Override
    public CompletableFuture<PathHandle> complete(
        UploadHandle upload, Path file, Map<Integer, PartHandle> parts) {
      return CompletableFuture.failedFuture(new IOException("made for a test"));
    }

    @Override
    public CompletableFuture<Void> abort(UploadHandle upload, Path file) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Integer> abortUploadsUnderPath(Path directory) {
      return CompletableFuture.completedFuture(0);
    }

    @Override
    public void close() {}
  }

  /** Each is held on the heap, beside the one that is filled. */
  @Test
  void threePartsAreUnderWayAtATime() throws IOException {
    SlowStore slow = new SlowStore();
    PartUpload upload = new PartUpload(slow, file("weights"), 7L * PART_BYTES);
    for (int part = 0; part < 7; part++) {
      upload.write(new byte[PART_BYTES], 0, PART_BYTES);
    }
    upload.write(1);
    upload.finish();
    assertThat(slow.underWay).containsExactly(1, 2, 3, 3, 3, 3, 3, 3);
    assertThat(slow.lengths).containsOnly((long) PART_BYTES, 1L).endsWith(1L).containsOnlyOnce(1L);
  }

  /** Only where no file can have been there before is one of that length the upload's. */
  @Test
  void anEarlierFileOfTheSameLengthIsNotTakenForTheUpload() throws IOException {
    Files.writeString(folder.resolve("weights"), "earlier");
    SlowStore slow = new SlowStore();
    UploadedParts parts =
        new UploadedParts(file("weights").toString(), new byte[1], List.of(new byte[1]));
    assertThatThrownBy(() -> parts.replace(slow, file("weights"), 7))
        .isInstanceOf(IOException.class)
        .hasMessage("made for a test");
    assertThatCode(() -> parts.publish(slow, file("weights"), 7)).doesNotThrowAnyException();
  }

  private Path file(String name) {
    return new Path(folder.resolve(name).toUri());
  }
}

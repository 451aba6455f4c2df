package io.github.trawl.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UploadHandle;

/**
 * Calls {@link MultipartUploader#putPart} of any Hadoop version. Before 3.4.2 it lacks the
 * parameter that says whether a part is the last.
 */
final class PutPart {
  private static final int OLD_PARAMETER_COUNT = 5;
  private static final Optional<Method> OLD_PUT_PART =
      Arrays.stream(MultipartUploader.class.getMethods())
          .filter(method -> method.getName().equals("putPart"))
          .filter(method -> method.getParameterCount() == OLD_PARAMETER_COUNT)
          .findFirst();

  private PutPart() {}

  /** Uploads the first {@code length} bytes of an array that must not change any more. */
  static CompletableFuture<PartHandle> call(
      MultipartUploader uploader,
      UploadHandle upload,
      int number,
      boolean last,
      Path target,
      byte[] bytes,
      int length)
      throws IOException {
    InputStream content = new ByteArrayInputStream(bytes, 0, length);
    if (OLD_PUT_PART.isEmpty()) {
      return uploader.putPart(upload, number, last, target, content, length);
    }
    try {
      @SuppressWarnings("unchecked") // All versions of putPart declare this type.
      CompletableFuture<PartHandle> part =
          (CompletableFuture<PartHandle>)
              OLD_PUT_PART.get().invoke(uploader, upload, number, target, content, (long) length);
      return part;
    } catch (InvocationTargetException e) {
      throw new IOException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}

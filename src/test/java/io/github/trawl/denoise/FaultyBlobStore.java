package io.github.trawl.denoise;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.domain.BlobMetadata;
import org.jclouds.blobstore.domain.MultipartPart;
import org.jclouds.blobstore.domain.MultipartUpload;
import org.jclouds.blobstore.domain.PageSet;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;
import org.jclouds.blobstore.options.PutOptions;
import org.jclouds.blobstore.util.ForwardingBlobStore;
import org.jclouds.http.HttpResponse;
import org.jclouds.http.HttpResponseException;
import org.jclouds.io.Payload;

/**
 * A blob store that can be full, and then answers as MinIO does, with HTTP status 507; and one that
 * can go down as it completes an upload.
 */
final class FaultyBlobStore extends ForwardingBlobStore {
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
  private volatile boolean fails;
  private volatile boolean down;

  FaultyBlobStore(BlobStore store) {
    super(store);
  }

  /** Sets how many more files there is room for. */
  void setRoom(long files) {
    room.set(files);
  }

  /** Sets whether the store goes down at the next completion of an upload; if not, it is up. */
  void setFailing(boolean failing) {
    fails = failing;
    down = false;
  }

  @Override
  public String completeMultipartUpload(MultipartUpload upload, List<MultipartPart> parts) {
    down |= fails;
    requireUp();
    return super.completeMultipartUpload(upload, parts);
  }

  @Override
  public BlobMetadata blobMetadata(String container, String name) {
    requireUp();
    return super.blobMetadata(container, name);
  }

  @Override
  public PageSet<? extends StorageMetadata> list(String container, ListContainerOptions options) {
    requireUp();
    return super.list(container, options);
  }

  @Override
  public void removeBlob(String container, String name) {
    requireUp();
    super.removeBlob(container, name);
  }

  private void requireUp() {
    if (down) {
      throw answer(500);
    }
  }

  @Override
  public String putBlob(String container, Blob blob) {
    requireRoom(blob.getPayload());
    return super.putBlob(container, blob);
  }

  @Override
  public String putBlob(String container, Blob blob, PutOptions options) {
    requireRoom(blob.getPayload());
    return super.putBlob(container, blob, options);
  }

  @Override
  public MultipartPart uploadMultipartPart(MultipartUpload upload, int number, Payload payload) {
    requireRoom(payload);
    return super.uploadMultipartPart(upload, number, payload);
  }

  /** Directory markers have no bytes and always fit. */
  private void requireRoom(Payload payload) {
    Long length = payload.getContentMetadata().getContentLength();
    if ((length == null || length > 0) && room.getAndDecrement() <= 0) {
      throw answer(507);
    }
  }

  private static HttpResponseException answer(int status) {
    return new HttpResponseException(
        "made for a test", null, HttpResponse.builder().statusCode(status).build());
  }
}

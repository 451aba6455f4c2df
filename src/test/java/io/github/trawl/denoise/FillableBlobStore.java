package io.github.trawl.denoise;

import java.util.concurrent.atomic.AtomicLong;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.domain.MultipartPart;
import org.jclouds.blobstore.domain.MultipartUpload;
import org.jclouds.blobstore.options.PutOptions;
import org.jclouds.blobstore.util.ForwardingBlobStore;
import org.jclouds.http.HttpResponse;
import org.jclouds.http.HttpResponseException;
import org.jclouds.io.Payload;

/** A blob store that can be full; it then answers as MinIO does, with HTTP status 507. */
final class FillableBlobStore extends ForwardingBlobStore {
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

  FillableBlobStore(BlobStore store) {
    super(store);
  }

  /** Sets how many more files there is room for. */
  void setRoom(long files) {
    room.set(files);
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
      throw new HttpResponseException(
          "the disk is full",
          null,
          HttpResponse.builder().statusCode(507).message("Insufficient Storage").build());
    }
  }
}

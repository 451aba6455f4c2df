package io.github.trawl.denoise;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.filesystem.FilesystemApiMetadata;
import org.jclouds.filesystem.reference.FilesystemConstants;

/** An S3 server in this process, over local files, which Hadoop's S3A talks to. */
public final class S3Store implements Store {
  private static final String BUCKET = "bucket";

  private final Configuration hadoop = new Configuration();
  private final FaultyBlobStore blobs;
  private final S3Proxy server;

  /** Over the files in a directory. */
  public S3Store(java.nio.file.Path directory) {
    Properties properties = new Properties();
    try {
      properties.setProperty(
          FilesystemConstants.PROPERTY_BASEDIR, Files.createDirectories(directory).toString());
      blobs =
          new FaultyBlobStore(
              ContextBuilder.newBuilder(new FilesystemApiMetadata())
                  .credentials("identity", "credential")
                  .overrides(properties)
                  .build(BlobStoreContext.class)
                  .getBlobStore());
      blobs.createContainerInLocation(null, BUCKET);
      server =
          S3Proxy.builder().blobStore(blobs).endpoint(URI.create("http://127.0.0.1:0")).build();
      server.start();
    } catch (Exception e) { // The builder and the server declare no narrower one.
      throw new IllegalStateException(e);
    }
    hadoop.set("fs.s3a.endpoint", "http://127.0.0.1:" + server.getPort());
    hadoop.set("fs.s3a.endpoint.region", "us-east-1");
    hadoop.set("fs.s3a.path.style.access", "true");
    hadoop.set("fs.s3a.access.key", "identity");
    hadoop.set("fs.s3a.secret.key", "credential");
    hadoop.set("fs.s3a.retry.limit", "1");
    hadoop.set("fs.s3a.attempts.maximum", "2");
    // Keys that are deleted many at a time stay on this server.
    hadoop.set("fs.s3a.multiobjectdelete.enable", "false");
    hadoop.setBoolean("fs.s3a.impl.disable.cache", false);
  }

  @Override
  public Configuration hadoop() {
    return hadoop;
  }

  @Override
  public Path root() {
    return new Path("s3a://" + BUCKET + "/root");
  }

  /** Keys of the uploads that were begun and neither completed nor aborted. */
  List<String> uploads() {
    return blobs.listMultipartUploads(BUCKET).stream().map(upload -> upload.blobName()).toList();
  }

  /** Sets how many more files, or parts of one, there is room for. */
  public void setRoom(long files) {
    blobs.setRoom(files);
  }

  /** Sets whether the server goes down at the next completion of an upload; if not, it is up. */
  void setFailing(boolean failing) {
    blobs.setFailing(failing);
  }

  @Override
  public void close() throws IOException {
    root().getFileSystem(hadoop).close();
    try {
      server.stop();
    } catch (Exception e) { // It declares no narrower one.
      throw new IOException(e);
    }
    blobs.getContext().close();
  }
}

package io.github.trawl.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes where directories can't be renamed in one step: files move one by one, the manifest
 * last, so that a directory without its manifest is known to be unfinished.
 */
final class ManifestLast {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestLast.class);

  private ManifestLast() {}

  static void move(FileSystem fileSystem, Path staging, Path output) throws IOException {
    Path manifest = new Path(staging, CheckpointWriter.MANIFEST);
    if (!fileSystem.exists(manifest)) {
      // A model without a manifest of its own gets an empty one, which marks it as finished.
      try (OutputStream stream = fileSystem.create(manifest, true)) {
        stream.write('{');
        stream.write('}');
      }
    }
    List<Path> files = new ArrayList<>();
    list(fileSystem, staging, files);
    files.remove(fileSystem.makeQualified(manifest));
    for (Path file : files) {
      Path target = Storage.child(output, staging.toUri().relativize(file.toUri()).getPath());
      fileSystem.mkdirs(target.getParent());
      CertainRename.rename(fileSystem, file, target);
    }
    fileSystem.mkdirs(output);
    CertainRename.rename(fileSystem, manifest, new Path(output, CheckpointWriter.MANIFEST));
    try {
      fileSystem.delete(staging, true);
    } catch (FileNotFoundException e) {
      LOG.debug("{} went with its last file", Problems.show(staging), e);
    } catch (IOException e) {
      LOG.warn("Remove {} by hand: {}", Problems.show(staging), Problems.oneLine(e));
    }
  }

  private static void list(FileSystem fileSystem, Path directory, List<Path> files)
      throws IOException {
    for (FileStatus status : fileSystem.listStatus(directory)) {
      if (status.isDirectory()) {
        list(fileSystem, status.getPath(), files);
      } else {
        files.add(status.getPath());
      }
    }
  }
}

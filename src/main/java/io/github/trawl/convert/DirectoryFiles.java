package io.github.trawl.convert;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files of an unpacked model: in its directory, and in the folders variables and assets. */
record DirectoryFiles(FileSystem fileSystem, Path directory, Collection<SourceFile> files)
    implements SourceFiles {
  private static final List<String> FOLDERS = List.of("variables", "assets");

  static DirectoryFiles scan(FileSystem fileSystem, Path directory) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    addFiles(fileSystem, directory, "", files);
    for (String folder : FOLDERS) {
      Path path = new Path(directory, folder);
      if (fileSystem.exists(path)) {
        addFiles(fileSystem, path, folder + "/", files);
      }
    }
    return new DirectoryFiles(fileSystem, directory, List.copyOf(files));
  }

  private static void addFiles(
      FileSystem fileSystem, Path directory, String prefix, List<SourceFile> files)
      throws IOException {
    for (FileStatus status : fileSystem.listStatus(directory)) {
      if (status.isFile()) {
        String path = prefix + status.getPath().getName();
        byte[] content = SourceFile.isSmall(path) ? readSmall(fileSystem, status) : null;
        files.add(new SourceFile(List.of(path), status.getLen(), content));
      }
    }
  }

  private static byte[] readSmall(FileSystem fileSystem, FileStatus status) throws IOException {
    try (InputStream stream = fileSystem.open(status.getPath())) {
      byte[] content = stream.readNBytes(SourceFile.MAX_SMALL_FILE_BYTES + 1);
      if (content.length > SourceFile.MAX_SMALL_FILE_BYTES) {
        throw BadInput.of(
            BadInput.show(status.getPath())
                + ": more than "
                + SourceFile.MAX_SMALL_FILE_BYTES
                + " bytes; no BERT has such a file, check --source");
      }
      return content;
    }
  }

  @Override
  public String description() {
    return BadInput.show(directory);
  }

  @Override
  public String nameOf(SourceFile file) {
    return description() + "/" + BadInput.quote(file.path());
  }

  @Override
  public InputStream open(SourceFile file) throws IOException {
    return fileSystem.open(new Path(directory, file.path()));
  }
}

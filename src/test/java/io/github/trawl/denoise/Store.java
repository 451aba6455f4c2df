package io.github.trawl.denoise;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A real storage that runs on this machine. */
public interface Store extends AutoCloseable {
  /** How it is reached. */
  Configuration hadoop();

  /** What of it another process must be told. */
  default Map<String, String> options() {
    Map<String, String> defaults = new TreeMap<>();
    new Configuration().forEach(entry -> defaults.put(entry.getKey(), entry.getValue()));
    Map<String, String> options = new TreeMap<>();
    hadoop()
        .forEach(
            entry -> {
              if (!entry.getValue().equals(defaults.get(entry.getKey()))) {
                options.put(entry.getKey(), entry.getValue());
              }
            });
    return options;
  }

  /** An empty directory. */
  Path root();

  @Override
  void close() throws IOException;

  /** All files below a directory by their relative names, with their content; hidden ones, too. */
  default Map<String, String> tree(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    FileSystem fileSystem = directory.getFileSystem(hadoop());
    if (fileSystem.exists(directory)) {
      add(fileSystem, directory, "", files);
    }
    return files;
  }

  private static void add(
      FileSystem fileSystem, Path directory, String prefix, Map<String, String> files)
      throws IOException {
    FileStatus[] entries;
    try {
      entries = fileSystem.listStatus(directory);
    } catch (FileNotFoundException e) {
      // The S3 server keeps directories on its disk, and lists those that hold nothing any more.
      return;
    }
    for (FileStatus status : entries) {
      String name = prefix + status.getPath().getName();
      if (status.isDirectory()) {
        add(fileSystem, status.getPath(), name + "/", files);
      } else {
        try (FSDataInputStream stream = fileSystem.open(status.getPath())) {
          files.put(name, new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (FileNotFoundException e) {
          // A run that is at work has removed it since the directory was listed.
          files.remove(name);
        }
      }
    }
  }
}

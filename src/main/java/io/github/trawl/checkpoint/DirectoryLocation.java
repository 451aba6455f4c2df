package io.github.trawl.checkpoint;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The real location of a directory: the same for all paths to it, whatever links, dots or spelling
 * of the URI they have.
 */
record DirectoryLocation(String scheme, String host, int port, String path) {

  static DirectoryLocation of(Path directory, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(directory, hadoop);
    try {
      Path real = real(fileSystem, fileSystem.makeQualified(directory));
      URI uri = real.toUri();
      String host = uri.getHost() == null ? uri.getAuthority() : uri.getHost();
      return new DirectoryLocation(
          Objects.requireNonNullElse(uri.getScheme(), "file").toLowerCase(Locale.ROOT),
          Objects.requireNonNullElse(host, "").toLowerCase(Locale.ROOT),
          uri.getPort(),
          uri.getPath());
    } catch (IOException e) {
      throw Problems.reading(directory, "cannot resolve", e);
    }
  }

  /** Whether both are one directory or this one lies in the other. */
  boolean isWithin(DirectoryLocation other) {
    boolean samePort = port == other.port || port < 0 || other.port < 0;
    String parent = other.path.endsWith("/") ? other.path : other.path + "/";
    return scheme.equals(other.scheme)
        && host.equals(other.host)
        && samePort
        && (path + "/").startsWith(parent);
  }

  /** Resolves links in the part of the path that exists. */
  private static Path real(FileSystem fileSystem, Path path) throws IOException {
    if (path.getParent() == null) {
      return path;
    }
    if (fileSystem.exists(path)) {
      if (fileSystem instanceof RawLocalFileSystem local) {
        File file = local.pathToFile(path);
        return fileSystem.makeQualified(new Path(file.toPath().toRealPath().toUri()));
      }
      return fileSystem.resolvePath(path);
    }
    return Storage.child(real(fileSystem, path.getParent()), path.getName());
  }
}

package io.github.trawl.checkpoint;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The location of a directory, with links and dots resolved.
 *
 * @param scheme the scheme of the URI, in lower case
 * @param host in lower case; the bucket of an object store; for Azure {@code container@account};
 *     empty for local files
 * @param port -1 if the URI names none, which {@link #isWithin} takes for equal to any port
 * @param path the absolute path
 */
record DirectoryLocation(String scheme, String host, int port, String path) {
  /** Azure's file systems, whose URIs are {@code abfs://CONTAINER@ACCOUNT/PATH}. */
  private static final Set<String> WITH_CONTAINERS = Set.of("abfs", "abfss", "wasb", "wasbs");

  static DirectoryLocation of(Path directory, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(directory, hadoop);
    try {
      return of(real(fileSystem, fileSystem.makeQualified(directory)).toUri());
    } catch (IOException e) {
      throw Problems.reading(directory, "cannot resolve", e);
    }
  }

  /** Returns the location that a URI without links and dots names. */
  static DirectoryLocation of(URI uri) {
    String scheme = Objects.requireNonNullElse(uri.getScheme(), "file").toLowerCase(Locale.ROOT);
    // A name with an underscore, as buckets may have, is an authority but no host.
    boolean usesAuthority = uri.getHost() == null || WITH_CONTAINERS.contains(scheme);
    String host = usesAuthority ? uri.getAuthority() : uri.getHost();
    return new DirectoryLocation(
        scheme,
        Objects.requireNonNullElse(host, "").toLowerCase(Locale.ROOT),
        uri.getPort(),
        uri.getPath());
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

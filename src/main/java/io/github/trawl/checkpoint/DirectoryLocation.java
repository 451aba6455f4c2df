package io.github.trawl.checkpoint;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The location of a directory, with links and dots resolved. Of the schemes by which one store is
 * known, such as {@code s3} and {@code s3a}, it has always the same.
 *
 * @param scheme the scheme that stands for the store, in lower case
 * @param host in lower case; the bucket of an object store; for Azure {@code container@account},
 *     with the account's name in the {@code dfs} service; empty for local files
 * @param port -1 if the URI names none or is of HDFS's web protocol, which {@link #isWithin} takes
 *     for equal to any port
 * @param path the absolute path
 */
record DirectoryLocation(String scheme, String host, int port, String path) {
  /** Azure's file systems, whose URIs are {@code abfs://CONTAINER@ACCOUNT/PATH}. */
  private static final Set<String> WITH_CONTAINERS = Set.of("abfs", "abfss", "wasb", "wasbs");

  /** Other schemes of a store, with the one that stands for all of them. */
  private static final Map<String, String> SAME_STORE =
      Map.of(
          "s3", "s3a",
          "s3n", "s3a",
          "abfss", "abfs",
          "wasb", "abfs",
          "wasbs", "abfs",
          "webhdfs", "hdfs",
          "swebhdfs", "hdfs");

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
    host = Objects.requireNonNullElse(host, "").toLowerCase(Locale.ROOT);
    String store = SAME_STORE.getOrDefault(scheme, scheme);
    return new DirectoryLocation(
        store,
        // wasb names the blob service of an account, abfs its dfs service: the same containers.
        store.equals("abfs") ? host.replace(".blob.", ".dfs.") : host,
        // The name node of HDFS has another port for each of its protocols.
        store.equals("hdfs") && !scheme.equals(store) ? -1 : uri.getPort(),
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

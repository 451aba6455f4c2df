package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files without a scheme where the default file system is not that of this machine. */
class InputFileTest {
  @TempDir private Path folder;
  private final Configuration hadoop = new Configuration();

  @BeforeEach
  void useAnotherFileSystem() {
    hadoop.set("fs.defaultFS", "cluster://namenode");
    hadoop.set("fs.cluster.impl", ClusterFileSystem.class.getName());
    hadoop.setBoolean("fs.cluster.impl.disable.cache", true);
    hadoop.set(ClusterFileSystem.ROOT, folder.resolve("cluster").toString());
  }

  @Test
  void isFoundOnThisMachine() throws IOException {
    Path here = Files.writeString(folder.resolve("grid.yaml"), "grid");
    org.apache.hadoop.fs.Path found = find(here.toString());
    assertThat(found.toUri()).hasScheme("file").hasPath(here.toString());
    assertThat(find(here.toUri().toString()).toUri()).hasScheme("file");
  }

  @Test
  void isFoundOnTheClusterElse() throws IOException {
    String there = folder.resolve("there.yaml").toString();
    put(there);
    assertThat(find(there)).hasToString(there);
    assertThat(find("cluster://namenode/x").toUri()).hasScheme("cluster");
    assertThat(find("nowhere.yaml"))
        .as("for whoever opens it to refuse")
        .hasToString("nowhere.yaml");
  }

  @Test
  void isRefusedWhereThereAreTwo() throws IOException {
    Path here = Files.writeString(folder.resolve("two.yaml"), "grid");
    put(here.toString());
    assertThatThrownBy(() -> find(here.toString()))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContainingAll(
            "--config " + here,
            "is on this machine and on cluster://namenode",
            "file:" + here,
            "cluster://namenode" + here);
  }

  @Test
  void isAsNamedWhereTheDefaultIsThisMachine() {
    Configuration local = new Configuration();
    assertThat(InputFile.find("--config", new org.apache.hadoop.fs.Path("a.yaml"), local))
        .hasToString("a.yaml");
  }

  private org.apache.hadoop.fs.Path find(String named) {
    return InputFile.find("--config", new org.apache.hadoop.fs.Path(named), hadoop);
  }

  /** Puts a file on the cluster. */
  private void put(String path) throws IOException {
    Path file = Path.of(folder.resolve("cluster") + path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "there");
  }

  /** Files under a root of this machine that only this file system knows. */
  public static final class ClusterFileSystem extends FilterFileSystem {
    static final String ROOT = "cluster.root";

    private String root;

    /** For Hadoop, which then initializes it. */
    public ClusterFileSystem() {
      super(new LocalFileSystem());
    }

    @Override
    public void initialize(java.net.URI name, Configuration conf) throws IOException {
      super.initialize(java.net.URI.create("file:///"), conf);
      root = conf.get(ROOT);
    }

    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("cluster://namenode");
    }

    @Override
    protected void checkPath(org.apache.hadoop.fs.Path path) {}

    @Override
    public org.apache.hadoop.fs.Path makeQualified(org.apache.hadoop.fs.Path path) {
      return path.makeQualified(getUri(), new org.apache.hadoop.fs.Path("/user/test"));
    }

    @Override
    public org.apache.hadoop.fs.FileStatus getFileStatus(org.apache.hadoop.fs.Path path)
        throws IOException {
      return fs.getFileStatus(
          new org.apache.hadoop.fs.Path("file:" + root + makeQualified(path).toUri().getPath()));
    }
  }
}

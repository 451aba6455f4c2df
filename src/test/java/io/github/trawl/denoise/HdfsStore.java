package io.github.trawl.denoise;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** HDFS of one name node and one data node in this process. */
public final class HdfsStore implements Store {
  private final MiniDFSCluster cluster;

  /** With its files in a directory. */
  public HdfsStore(java.nio.file.Path directory) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    cluster.waitActive();
  }

  @Override
  public Configuration hadoop() {
    return new Configuration(cluster.getConfiguration(0));
  }

  DistributedFileSystem fileSystem() throws IOException {
    return cluster.getFileSystem();
  }

  @Override
  public Path root() {
    return new Path(cluster.getURI().toString() + "/root");
  }

  @Override
  public void close() {
    cluster.shutdown(true);
  }
}

package io.github.trawl.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/** Hadoop's YARN with two node managers in this process; containers are processes of their own. */
final class YarnCluster extends Cluster {
  private final MiniYARNCluster yarn;
  private final Path conf;

  YarnCluster(Path folder) throws IOException {
    super(folder);
    System.setProperty("test.build.data", folder.resolve("data").toString());
    System.setProperty("test.build.dir", folder.resolve("data").toString());
    YarnConfiguration settings = new YarnConfiguration();
    settings.setInt("yarn.minicluster.yarn.nodemanager.resource.memory-mb", 6000);
    settings.setInt("yarn.nodemanager.resource.cpu-vcores", 4);
    settings.setInt("yarn.scheduler.minimum-allocation-mb", 256);
    settings.setInt("yarn.scheduler.maximum-allocation-mb", 6000);
    // What is measured is the machine, not the run.
    settings.setBoolean("yarn.nodemanager.pmem-check-enabled", false);
    settings.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    settings.setBoolean("yarn.nodemanager.disk-health-checker.enable", false);
    // Even so the directories are looked at once, and given up on a disk that is used to 90 %.
    settings.setFloat(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", 100);
    settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    settings.set("yarn.application.classpath", "");
    yarn = new MiniYARNCluster("trawl", 2, 1, 1);
    yarn.init(settings);
    yarn.start();
    conf = Files.createDirectories(folder.resolve("conf"));
    YarnConfiguration client = new YarnConfiguration(yarn.getConfig());
    // A class of tests, which clients lack.
    client.unset("net.topology.node.switch.mapping.impl");
    try (OutputStream out = Files.newOutputStream(conf.resolve("yarn-site.xml"))) {
      client.writeXml(out);
    }
  }

  @Override
  List<String> options(String mode) {
    return List.of(
        "--master",
        "yarn",
        "--num-executors",
        "2",
        "--driver-memory",
        "512m",
        "--conf",
        "spark.yarn.jars=" + spark.jars(),
        "--conf",
        "spark.yarn.stagingDir=" + folder.resolve("staging").toUri());
  }

  @Override
  Map<String, String> environment() {
    return Map.of("HADOOP_CONF_DIR", conf.toString(), "SPARK_LOCAL_IP", "127.0.0.1");
  }

  @Override
  Path logs() {
    return folder.resolve("data");
  }

  @Override
  public void close() {
    yarn.stop();
  }
}
